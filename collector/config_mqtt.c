/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "collector/config_parts.h"
#include "drivers/span.h"

enum { PORT_PLAIN = 1883, PORT_TLS = 8883 };

/* host:port is for buses; here the port has a key of its own. One colon is no IPv6 address. */
static void read_host(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_mqtt *mqtt = target;
    if (!yaml_read_text(node, mqtt->host, sizeof mqtt->host, faults))
        return;
    const char *colon = strchr(mqtt->host, ':');
    const bool with_port = colon && !strchr(colon + 1, ':');
    if (!*mqtt->host || strpbrk(mqtt->host, " \t/") || with_port)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected a name or an address alone, such as 10.1.1.5%s", mqtt->host,
                   with_port ? faults_say(faults, ", and its port under port:") : "");
}

static void read_ca_file(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_mqtt *mqtt = target;
    config_absolute(node, mqtt->ca_file, sizeof mqtt->ca_file, faults);
}

static void read_cert_file(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_mqtt *mqtt = target;
    config_absolute(node, mqtt->cert_file, sizeof mqtt->cert_file, faults);
}

/* A secret: a whole path, or the name of a systemd credential. */
static void secret_read_name(const struct yaml_node *node, char *name, size_t size, struct faults *faults)
{
    const char *text = yaml_text(node);
    if (text && !strchr(text, '/'))
        yaml_read_text(node, name, size, faults);
    else
        config_absolute(node, name, size, faults);
}

static void read_key_file(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_mqtt *mqtt = target;
    secret_read_name(node, mqtt->key_file, sizeof mqtt->key_file, faults);
}

static void read_password_file(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_mqtt *mqtt = target;
    secret_read_name(node, mqtt->password_file, sizeof mqtt->password_file, faults);
}

static void read_tls(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const char *const words[] = {"true", "false", "on", "off", NULL};
    (void)context;
    struct config_mqtt *mqtt = target;
    int choice;
    mqtt->tls = !yaml_read_choice(node, words, &choice, faults) || choice % 2 == 0;
}

static void read_session(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const char *const sessions[] = {"clean", "kept", NULL};
    (void)context;
    struct config_mqtt *mqtt = target;
    int choice;
    if (yaml_read_choice(node, sessions, &choice, faults))
        mqtt->kept_session = choice == 1;
}

static void read_version(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const char *const versions[] = {"5", "3.1.1", NULL};
    (void)context;
    struct config_mqtt *mqtt = target;
    int choice;
    if (yaml_read_choice(node, versions, &choice, faults))
        mqtt->version = choice == 0 ? 5 : 3;
}

/* MQTT 5.0, 4.7: levels between slashes; + and # are for subscribers, $ for brokers. */
static void read_prefix(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_mqtt *mqtt = target;
    if (!yaml_read_text(node, mqtt->prefix, sizeof mqtt->prefix, faults))
        return;
    const char *prefix = mqtt->prefix;
    if (strpbrk(prefix, "+#") || *prefix == '$' || *prefix == '/' || prefix[strlen(prefix) - 1] == '/' ||
        strstr(prefix, "//"))
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected the first part of a topic, such as coaltally, without + # and $, that "
                   "neither begins nor ends with /",
                   prefix);
}

static void read_county(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct config_mqtt *mqtt = target;
    if (!yaml_read_id(node, mqtt->county, sizeof mqtt->county, faults) || strcmp(mqtt->county, "county") != 0)
        return;
    faults_add(faults, FAULT_ERROR, yaml_place(node), "the name \"county\" is reserved, expected another");
}

/* What never leaves this machine: "localhost" (RFC 6761, 6.3), 127.0.0.0/8, ::1. A name such as 127.example is none. */
static bool is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6));
}

static void clear_judge(const struct config_mqtt *mqtt, struct place place, struct faults *faults)
{
    if (mqtt->tls || !*mqtt->host || is_loopback(mqtt->host))
        return;
    if (*mqtt->password_file)
        faults_add(faults, FAULT_WARNING, place,
                   "the password goes over the network in the clear: leave tls: off out, and give the broker a "
                   "certificate");
    else
        faults_add(
            faults, FAULT_WARNING, place,
            "all that is published goes over the network in the clear, and nobody knows who the broker is: leave "
            "tls: off out, and give the broker a certificate");
}

static void mqtt_judge(const struct config_mqtt *mqtt, const struct yaml_node *map, struct faults *faults)
{
    const struct place place = yaml_place(map);
    if (!mqtt->tls && (*mqtt->ca_file || *mqtt->cert_file || *mqtt->key_file))
        faults_add(faults, FAULT_ERROR, place, "found a certificate or key file, and no TLS: set tls: on");
    if (!*mqtt->cert_file != !*mqtt->key_file)
        faults_add(faults, FAULT_ERROR, place, "found one of cert_file and key_file, expected both or none");
    if (*mqtt->password_file && !*mqtt->user)
        faults_add(faults, FAULT_ERROR, place, "found password_file without user");
    clear_judge(mqtt, place, faults);
}

/* What it holds of its own is there already. */
static void county_judge(const struct config *config, const struct yaml_node *map, struct faults *faults)
{
    if (config->county.gather && *config->mqtt.county)
        faults_add(faults, FAULT_ERROR, yaml_place(yaml_find(map, "county")),
                   "found county: beside county: gather: true, expected one of them: this daemon is a county's itself");
}

/* Two counties may share a broker, as sites do. */
static void client_judge(struct config *config)
{
    const struct config_county *county = &config->county;
    const char *kind = county->gather ? "coaltally-county-" : "coaltally-";
    const size_t room = sizeof config->mqtt.client_id - strlen(kind) - 1;
    if (!*config->mqtt.client_id)
        snprintf(config->mqtt.client_id, sizeof config->mqtt.client_id, "%s%.*s", kind, (int)room,
                 county->gather ? county->name : config->site);
}

void config_read_mqtt(const struct yaml_node *map, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"host", YAML_CUSTOM, .read = read_host, .required = true},
        {"port", YAML_INTEGER, YAML_AT(struct config_mqtt, port), .min = 1, .max = 65535},
        {"tls", YAML_CUSTOM, .read = read_tls},
        {"ca_file", YAML_CUSTOM, .read = read_ca_file},
        {"cert_file", YAML_CUSTOM, .read = read_cert_file},
        {"key_file", YAML_CUSTOM, .read = read_key_file},
        {"user", YAML_TEXT, YAML_AT(struct config_mqtt, user)},
        {"password_file", YAML_CUSTOM, .read = read_password_file},
        {"client_id", YAML_TEXT, YAML_AT(struct config_mqtt, client_id)},
        {"prefix", YAML_CUSTOM, .read = read_prefix},
        {"version", YAML_CUSTOM, .read = read_version},
        {"session", YAML_CUSTOM, .read = read_session},
        {"live_qos", YAML_INTEGER, YAML_AT(struct config_mqtt, live_qos), .min = 0, .max = 1},
        {"live_every", YAML_DURATION, YAML_AT(struct config_mqtt, live_every_ms), .max = 3600 * SECOND_MS},
        {"keepalive", YAML_DURATION, YAML_AT(struct config_mqtt, keepalive_ms), .min = 5 * SECOND_MS,
         .max = 600 * SECOND_MS},
        {"county", YAML_CUSTOM, .read = read_county},
        {0},
    };
    struct config *config = target;
    struct config_mqtt *mqtt = &config->mqtt;
    *mqtt = (struct config_mqtt){
        .present = true, .prefix = "coaltally", .version = 5, .keepalive_ms = 30 * SECOND_MS, .place = yaml_place(map)};
    mqtt->place.file = config->path;
    yaml_read(map, fields, mqtt, context, faults);
    if (!yaml_find(map, "tls"))
        mqtt->tls = *mqtt->host && !is_loopback(mqtt->host);
    if (mqtt->port == 0)
        mqtt->port = mqtt->tls ? PORT_TLS : PORT_PLAIN;
    client_judge(config);
    county_judge(config, map, faults);
    mqtt_judge(mqtt, map, faults);
}
