/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/mqtt.h"

#include <MQTTAsync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mqtt {
    const struct config_mqtt *config;
    struct mqtt_events events;
    MQTTAsync client;
};

static bool speaks_5(const struct mqtt *mqtt)
{
    return mqtt->config->version == 5;
}

static const char *text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}

/* -- what the library tells ---------------------------------------------- */

static void connected3(void *context, MQTTAsync_successData *data)
{
    const struct mqtt *mqtt = context;
    (void)data;
    mqtt->events.connected(mqtt->events.context, &(struct mqtt_terms){0});
}

static size_t said(MQTTProperties *properties, enum MQTTPropertyCodes code)
{
    const int64_t number = MQTTProperties_getNumericValue(properties, code);
    return number > 0 ? (size_t)number : 0;
}

static void connected5(void *context, MQTTAsync_successData5 *data)
{
    const struct mqtt *mqtt = context;
    const struct mqtt_terms terms = {
        .window = (unsigned)said(&data->properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM),
        .packet_max = said(&data->properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE),
    };
    mqtt->events.connected(mqtt->events.context, &terms);
}

static void not_connected3(void *context, MQTTAsync_failureData *data)
{
    const struct mqtt *mqtt = context;
    mqtt->events.not_connected(mqtt->events.context, data ? data->code : -1, data ? data->message : NULL);
}

static void not_connected5(void *context, MQTTAsync_failureData5 *data)
{
    const struct mqtt *mqtt = context;
    mqtt->events.not_connected(mqtt->events.context, data ? data->code : -1, data ? data->message : NULL);
}

static void connection_lost(void *context, char *cause)
{
    const struct mqtt *mqtt = context;
    (void)cause; /* paho 1.3 gives none */
    mqtt->events.lost(mqtt->events.context);
}

static void disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes code)
{
    const struct mqtt *mqtt = context;
    (void)properties;
    mqtt->events.ending(mqtt->events.context, (int)code);
}

static int tls_failed(const char *line, size_t length, void *context)
{
    const struct mqtt *mqtt = context;
    mqtt->events.tls_failed(mqtt->events.context, line, length);
    return 0;
}

/* topic_length may be 0; if it is not, a NUL may stand within: nobody here has such a topic. */
static int came(void *context, char *topic, int topic_length, MQTTAsync_message *message)
{
    const struct mqtt *mqtt = context;
    const bool whole = topic_length == 0 || strlen(topic) == (size_t)topic_length;
    if (whole && message->payloadlen >= 0)
        mqtt->events.came(mqtt->events.context, topic, message->payload, (size_t)message->payloadlen);
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}

static void ended3(void *context, MQTTAsync_successData *data)
{
    struct mqtt_end *end = context;
    (void)data;
    end->tell(end, true, 0);
}

static void ended5(void *context, MQTTAsync_successData5 *data)
{
    struct mqtt_end *end = context;
    const int code = data ? (int)data->reasonCode : 0;
    end->tell(end, code < MQTT_DENIED, code < MQTT_DENIED ? 0 : code);
}

/* 3.1.1 has one code, of a SUBACK: 0x80. */
static void failed3(void *context, MQTTAsync_failureData *data)
{
    struct mqtt_end *end = context;
    end->tell(end, false, data && data->code == MQTT_DENIED ? MQTT_DENIED : 0);
}

static void failed5(void *context, MQTTAsync_failureData5 *data)
{
    struct mqtt_end *end = context;
    const int code = data ? (int)data->reasonCode : 0;
    end->tell(end, false, code >= MQTT_DENIED ? code : 0);
}

static MQTTAsync_responseOptions response(const struct mqtt *mqtt, struct mqtt_end *end)
{
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    options.context = end;
    if (speaks_5(mqtt)) {
        options.onSuccess5 = ended5;
        options.onFailure5 = failed5;
    } else {
        options.onSuccess = ended3;
        options.onFailure = failed3;
    }
    return options;
}

/* -- life ---------------------------------------------------------------- */

static int client_create(struct mqtt *mqtt, const char *address, const char *client_id, int buffered_max)
{
    MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer5;
    options.MQTTVersion = speaks_5(mqtt) ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    options.sendWhileDisconnected = 0; /* grows for hours when it is on; the ledger waits in the database */
    options.maxBufferedMessages = buffered_max;
    int code =
        MQTTAsync_createWithOptions(&mqtt->client, address, client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &options);
    if (code == MQTTASYNC_SUCCESS)
        code = MQTTAsync_setConnectionLostCallback(mqtt->client, mqtt, connection_lost);
    if (code == MQTTASYNC_SUCCESS)
        code = MQTTAsync_setMessageArrivedCallback(mqtt->client, mqtt, came);
    if (code == MQTTASYNC_SUCCESS)
        code = MQTTAsync_setDisconnected(mqtt->client, mqtt, disconnected);
    return code;
}

struct mqtt *mqtt_new(const struct config_mqtt *config, const char *address, const char *client_id,
                      const struct mqtt_events *events, int buffered_max, char *text, size_t size)
{
    struct mqtt *mqtt = calloc(1, sizeof *mqtt);
    if (!mqtt) {
        snprintf(text, size, "out of memory");
        return NULL;
    }
    mqtt->config = config;
    mqtt->events = *events;
    const int code = client_create(mqtt, address, client_id, buffered_max);
    if (code == MQTTASYNC_SUCCESS)
        return mqtt;
    snprintf(text, size, "%s: cannot set up the MQTT client: %s", address, MQTTAsync_strerror(code));
    mqtt_free(mqtt);
    return NULL;
}

void mqtt_free(struct mqtt *mqtt)
{
    if (!mqtt)
        return;
    if (mqtt->client)
        MQTTAsync_destroy(&mqtt->client);
    free(mqtt);
}

/* -- connecting ---------------------------------------------------------- */

static MQTTAsync_SSLOptions tls_of(struct mqtt *mqtt, const struct mqtt_login *login)
{
    MQTTAsync_SSLOptions tls = MQTTAsync_SSLOptions_initializer; /* the broker's certificate is verified */
    tls.trustStore = text_or_null(mqtt->config->ca_file);        /* NULL: what the system trusts */
    tls.keyStore = text_or_null(mqtt->config->cert_file);
    tls.privateKey = login->key_file;
    tls.verify = 1; /* the host's name in the certificate too */
    tls.ssl_error_cb = tls_failed;
    tls.ssl_error_context = mqtt;
    return tls;
}

static MQTTAsync_connectOptions options_of(const struct mqtt *mqtt)
{
    MQTTAsync_connectOptions options3 = MQTTAsync_connectOptions_initializer;
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer5;
    if (!speaks_5(mqtt)) {
        options = options3;
        options.MQTTVersion = MQTTVERSION_3_1_1; /* explicit: else it tries 3.1 besides */
        options.cleansession = !mqtt->config->kept_session;
        options.onSuccess = connected3;
        options.onFailure = not_connected3;
        return options;
    }
    options.cleanstart = !mqtt->config->kept_session;
    options.onSuccess5 = connected5;
    options.onFailure5 = not_connected5;
    return options;
}

static void property_add(MQTTProperties *properties, enum MQTTPropertyCodes code, unsigned value)
{
    MQTTProperty property = {.identifier = code};
    property.value.integer4 = value;
    MQTTProperties_add(properties, &property); /* out of memory: the broker's default holds */
}

/* A kept session never expires by itself. */
static void properties_add(const struct mqtt *mqtt, MQTTProperties *properties)
{
    property_add(properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE, MQTT_PACKET_BYTES_MAX);
    if (mqtt->config->kept_session)
        property_add(properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, UINT32_MAX);
}

void mqtt_connect(struct mqtt *mqtt, const struct mqtt_login *login)
{
    MQTTAsync_connectOptions options = options_of(mqtt);
    MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
    MQTTAsync_SSLOptions tls = tls_of(mqtt, login);
    MQTTProperties properties = MQTTProperties_initializer;
    will.topicName = login->will_topic;
    will.message = login->will_payload;
    will.retained = 1;
    will.qos = 1;
    options.context = mqtt;
    options.keepAliveInterval = (int)(mqtt->config->keepalive_ms / 1000);
    options.connectTimeout = login->seconds;
    options.maxInflight = login->window;
    options.will = &will;
    options.ssl = mqtt->config->tls ? &tls : NULL;
    options.username = text_or_null(mqtt->config->user);
    options.password = login->password;
    if (speaks_5(mqtt)) {
        properties_add(mqtt, &properties);
        options.connectProperties = &properties;
    }
    const int code = MQTTAsync_connect(mqtt->client, &options);
    MQTTProperties_free(&properties);
    if (code != MQTTASYNC_SUCCESS)
        mqtt->events.not_connected(mqtt->events.context, -1, MQTTAsync_strerror(code));
}

/* -- messages ------------------------------------------------------------ */

bool mqtt_send(struct mqtt *mqtt, const char *topic, const char *payload, size_t length, int qos, bool retained,
               struct mqtt_end *end)
{
    MQTTAsync_responseOptions options = response(mqtt, end);
    return MQTTAsync_send(mqtt->client, topic, (int)length, payload, qos, retained, &options) == MQTTASYNC_SUCCESS;
}

bool mqtt_subscribe(struct mqtt *mqtt, const char *filter, int qos, struct mqtt_end *end)
{
    MQTTAsync_responseOptions options = response(mqtt, end);
    return MQTTAsync_subscribe(mqtt->client, filter, qos, &options) == MQTTASYNC_SUCCESS;
}
