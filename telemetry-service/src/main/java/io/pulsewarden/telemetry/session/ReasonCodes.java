package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;

/** Our reasons in the protocol's words: MQTT 3.1.1, table 3.1; MQTT 5, section 2.4. */
final class ReasonCodes {

  private ReasonCodes() {}

  static MqttConnectReturnCode of(RefusalReason reason, boolean version5) {
    return switch (reason.answer()) {
      case CLIENT_ID_NOT_VALID ->
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
              : MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
      case NOT_AUTHORIZED ->
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5
              : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
      case BANNED ->
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_BANNED
              : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
      case BUSY ->
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY
              : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
      case TOO_OFTEN ->
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED
              : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
      case UNAVAILABLE ->
          version5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5
              : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
    };
  }

  static MqttPubAckReasonCode of(Acknowledgement acknowledgement) {
    return switch (acknowledgement) {
      case TAKEN -> MqttPubAckReasonCode.SUCCESS;
      case NOT_AUTHORIZED -> MqttPubAckReasonCode.NOT_AUTHORIZED;
      case PAYLOAD_FORMAT_INVALID -> MqttPubAckReasonCode.PAYLOAD_FORMAT_INVALID;
      case NOTHING_TAKEN -> MqttPubAckReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    };
  }

  static MqttDisconnectReasonCode of(CloseReason reason) {
    return switch (reason) {
      case DEVICE_LEFT -> MqttDisconnectReasonCode.NORMAL;
      // Where there is still a connection to say it by, it has been silent for too long.
      case CONNECTION_LOST -> MqttDisconnectReasonCode.KEEP_ALIVE_TIMEOUT;
      case REVOKED -> MqttDisconnectReasonCode.NOT_AUTHORIZED;
      case SUSPENDED -> MqttDisconnectReasonCode.ADMINISTRATIVE_ACTION;
      case CERTIFICATE_EXPIRED -> MqttDisconnectReasonCode.MAXIMUM_CONNECT_TIME;
      case TAKEN_OVER -> MqttDisconnectReasonCode.SESSION_TAKEN_OVER;
      case TOO_MANY_IN_FLIGHT -> MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
      case MESSAGE_RATE_TOO_HIGH -> MqttDisconnectReasonCode.MESSAGE_RATE_TOO_HIGH;
      case QUOTA_EXCEEDED, QUARANTINE_RATE_TOO_HIGH, QUARANTINE_FULL ->
          MqttDisconnectReasonCode.QUOTA_EXCEEDED;
      case STORE_UNAVAILABLE, NO_MEMORY_LEFT, FEED_STALE -> MqttDisconnectReasonCode.SERVER_BUSY;
      case PACKET_TOO_LARGE -> MqttDisconnectReasonCode.PACKET_TOO_LARGE;
      case MALFORMED_PACKET -> MqttDisconnectReasonCode.MALFORMED_PACKET;
      case PROTOCOL_ERROR -> MqttDisconnectReasonCode.PROTOCOL_ERROR;
      case TOPIC_ALIAS_INVALID -> MqttDisconnectReasonCode.TOPIC_ALIAS_INVALID;
      case QOS_NOT_SUPPORTED -> MqttDisconnectReasonCode.QOS_NOT_SUPPORTED;
      case RETAIN_NOT_SUPPORTED -> MqttDisconnectReasonCode.RETAIN_NOT_SUPPORTED;
      case SHUTTING_DOWN -> MqttDisconnectReasonCode.SERVER_SHUTTING_DOWN;
    };
  }
}
