/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/config.h"
#include "collector/display.h"
#include "collector/page.h"
#include "collector/store.h"
#include "collector/text.h"

/* Common to all verbs. */
static const struct command_option common_options[] = {
    {"config", "FILE", N_("the configuration (also -c; default /etc/coaltally/coaltally.yaml)"), false},
    {"database", "FILE", N_("this ledger instead of the configuration's"), false},
    {"lang", "LANG", N_("en or zh (default: by LC_ALL, LANG)"), false},
    {"help", NULL, N_("this text"), false},
    {0},
};

enum { CANDIDATES_MAX = 64 };

const char *command_value(const struct command *command, const char *name, size_t number)
{
    for (size_t i = 0; i < command->given; i++)
        if (strcmp(command->option[i].option->name, name) == 0 && number-- == 0)
            return command->option[i].value;
    return NULL;
}

bool command_given(const struct command *command, const char *name)
{
    for (size_t i = 0; i < command->given; i++)
        if (strcmp(command->option[i].option->name, name) == 0)
            return true;
    return false;
}

int command_fail(const struct command *command, int status, const char *format, ...)
{
    va_list arguments;
    char told[1024];
    va_start(arguments, format);
    if (command->told) {
        vsnprintf(told, sizeof told, say(command->language, format), arguments);
        text_add(command->told, told);
        text_add(command->told, "\n");
    } else {
        fprintf(stderr, "coaltally%s%s: ", command->verb ? " " : "", command->verb ? command->verb->name : "");
        vfprintf(stderr, say(command->language, format), arguments);
        fputc('\n', stderr);
    }
    va_end(arguments);
    return status;
}

void command_faults_print(const struct command *command, struct faults *faults)
{
    char *bytes = NULL;
    size_t length;
    FILE *out = command->told ? open_memstream(&bytes, &length) : stderr;
    if (!out)
        return;
    faults_print(faults, out);
    if (out == stderr)
        return;
    fclose(out);
    text_add(command->told, bytes ? bytes : "");
    free(bytes);
}

struct faults *command_faults(const struct command *command)
{
    struct faults *faults = faults_new();
    if (faults)
        faults_speak(faults, command->language);
    return faults;
}

/* --- help --- */

enum { HELP_INDENT = 2 };

/* "  name   what it is", which goes on below itself. */
static void described(FILE *out, size_t width, const char *name, const char *what)
{
    const size_t pad = text_width(name) < width ? width - text_width(name) : 0;
    const size_t from = HELP_INDENT + text_width(name) + pad + 1;
    size_t fits;
    fprintf(out, "%*s%s%*s ", HELP_INDENT, "", name, (int)pad, "");
    for (; what[fits = text_fit(what, PAGE_COLUMNS - from)]; what += fits)
        fprintf(out, "%.*s\n%*s", (int)(what[fits - 1] == ' ' ? fits - 1 : fits), what, (int)from, "");
    fprintf(out, "%s\n", what);
}

static void options_print(const struct command_option *option, enum language language)
{
    for (; option && option->name; option++) {
        char form[64];
        snprintf(form, sizeof form, "--%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        described(stdout, 18, form, say(language, option->help));
    }
}

static int verb_help(const struct command *command)
{
    const struct verb *verb = command->verb;
    page_tell("%s: coaltally %s%s%s %s\n\n%s\n\n", say(command->language, "usage"), verb->name,
              verb->operands ? " " : "", verb->operands ? verb->operands : "", say(command->language, "[options]"),
              say(command->language, verb->summary));
    options_print(verb->options, command->language);
    options_print(common_options, command->language);
    return COMMAND_GOOD;
}

static void registry_print(const struct command *command, const struct verb *const *registry, FILE *out)
{
    fprintf(out, "%s: coaltally %s\n\n", say(command->language, "usage"), say(command->language, "VERB [options]"));
    for (; *registry; registry++)
        described(out, 11, (*registry)->name, say(command->language, (*registry)->summary));
    fprintf(out, "\n%s\n",
            say(command->language, "coaltally VERB --help tells more. Exit status: 0 good, 1 a check did not hold,\n"
                                   "2 usage or input, 3 could not."));
}

/* --- parsing --- */

static const struct command_option *option_find(const struct command_option *option, const char *name, size_t length)
{
    for (; option && option->name; option++)
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

static size_t option_names(const struct command_option *option, const char **names, size_t count)
{
    for (; option && option->name && count + 1 < CANDIDATES_MAX; option++)
        names[count++] = option->name;
    names[count] = NULL;
    return count;
}

static int option_unknown(const struct command *command, const char *name, size_t length)
{
    const char *names[CANDIDATES_MAX];
    char wrong[64];
    snprintf(wrong, sizeof wrong, "%.*s", length < 63 ? (int)length : 63, name);
    size_t count = option_names(common_options, names, 0);
    if (command->verb)
        option_names(command->verb->options, names, count);
    const char *nearest = yaml_nearest(wrong, names);
    if (nearest)
        return command_fail(command, COMMAND_USAGE, "unknown option --%s; did you mean --%s?", wrong, nearest);
    return command_fail(command, COMMAND_USAGE, "unknown option --%s; see --help", wrong);
}

static int option_keep(struct command *command, const struct command_option *option, const char *value)
{
    if (!option->repeats && command_given(command, option->name))
        return command_fail(command, COMMAND_USAGE, "--%s was given twice", option->name);
    if (command->given == OPTIONS_MAX)
        return command_fail(command, COMMAND_USAGE, "more than %d options", OPTIONS_MAX);
    command->option[command->given].option = option;
    command->option[command->given++].value = value;
    return COMMAND_GOOD;
}

/* One argument that begins with '-'; *at moves on over its value. */
static int option_parse(struct command *command, int argc, char **argv, int *at)
{
    const bool brief = strcmp(argv[*at], "-c") == 0, help = strcmp(argv[*at], "-h") == 0;
    const char *name = brief ? "config" : help ? "help" : argv[*at] + 2;
    if (!brief && !help && strncmp(argv[*at], "--", 2) != 0)
        return command_fail(command, COMMAND_USAGE, "unknown option %s; see --help", argv[*at]);
    const size_t length = strcspn(name, "=");
    const struct command_option *option = option_find(common_options, name, length);
    if (!option && command->verb)
        option = option_find(command->verb->options, name, length);
    if (!option)
        return option_unknown(command, name, length);
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    if (!option->value && value)
        return command_fail(command, COMMAND_USAGE, "--%s takes no value", option->name);
    if (option->value && !value) {
        if (*at + 1 >= argc)
            return command_fail(command, COMMAND_USAGE, "--%s needs a value (%s)", option->name, option->value);
        value = argv[++*at];
    }
    return option_keep(command, option, value);
}

static int verb_find(struct command *command, const char *name, const struct verb *const *registry)
{
    const char *names[CANDIDATES_MAX] = {0};
    for (size_t i = 0; registry[i]; i++) {
        if (strcmp(registry[i]->name, name) == 0) {
            command->verb = registry[i];
            return COMMAND_GOOD;
        }
        if (i + 1 < CANDIDATES_MAX)
            names[i] = registry[i]->name;
    }
    const char *nearest = yaml_nearest(name, names);
    if (nearest)
        return command_fail(command, COMMAND_USAGE, "unknown verb %s; did you mean %s?", name, nearest);
    return command_fail(command, COMMAND_USAGE, "unknown verb %s; coaltally --help lists them", name);
}

static int operand_keep(struct command *command, const char *operand)
{
    if (command->operands >= command->verb->operands_max || command->operands == OPERANDS_MAX)
        return command_fail(command, COMMAND_USAGE, "unexpected argument %s; see coaltally %s --help", operand,
                            command->verb->name);
    command->operand[command->operands++] = operand;
    return COMMAND_GOOD;
}

static int arguments_parse(struct command *command, int argc, char **argv, const struct verb *const *registry)
{
    int status = COMMAND_GOOD;
    bool options = true;
    for (int i = 1; i < argc && status == COMMAND_GOOD; i++) {
        if (options && strcmp(argv[i], "--") == 0)
            options = false;
        else if (options && argv[i][0] == '-' && argv[i][1])
            status = option_parse(command, argc, argv, &i);
        else
            status = command->verb ? operand_keep(command, argv[i]) : verb_find(command, argv[i], registry);
    }
    return status;
}

static int common_take(struct command *command)
{
    const char *language = command_value(command, "lang", 0);
    command->config_file = config_path(command_value(command, "config", 0));
    command->database = command_value(command, "database", 0);
    if (language && !language_parse(language, &command->language))
        return command_fail(command, COMMAND_USAGE, "--lang %s: expected en or zh", language);
    return COMMAND_GOOD;
}

/* What is wrong before --lang is told in its language too. */
static enum language language_wanted(int argc, char **argv)
{
    enum language language;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = strncmp(argv[i], "--lang", 6) != 0 ? NULL : argv[i][6] == '=' ? argv[i] + 7 : argv[i + 1];
        if (value && (argv[i][6] == '=' || !argv[i][6]) && language_parse(value, &language))
            return language;
    }
    return language_default();
}

int command_main(int argc, char **argv, const struct verb *const *registry)
{
    struct command command = {.language = language_wanted(argc, argv)};
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("coaltally " COALTALLY_VERSION);
        return COMMAND_GOOD;
    }
    language_own(command.language);
    int status = arguments_parse(&command, argc, argv, registry);
    if (status == COMMAND_GOOD)
        status = common_take(&command);
    if (!language_found(command.language))
        fputs("coaltally: no Chinese: found no zh_CN/LC_MESSAGES/coaltally.mo in share/locale of where this program is"
              " installed, nor in build/locale of a checkout (make builds it); this is English\n",
              stderr);
    if (status != COMMAND_GOOD)
        return status;
    if (!command.verb) {
        const bool help = command_given(&command, "help");
        registry_print(&command, registry, help ? stdout : stderr);
        return help ? COMMAND_GOOD : COMMAND_USAGE;
    }
    if (command_given(&command, "help"))
        return verb_help(&command);
    if (command.operands < command.verb->operands_min)
        return command_fail(&command, COMMAND_USAGE, "expected %s; see coaltally %s --help", command.verb->operands,
                            command.verb->name);
    status = command.verb->run(&command);
    if (fflush(stdout) != 0 || ferror(stdout))
        return command_fail(&command, COMMAND_COULD_NOT, "cannot write the output");
    return status;
}
