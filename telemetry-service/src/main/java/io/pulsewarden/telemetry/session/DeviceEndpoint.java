package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import java.util.List;
import java.util.UUID;

/**
 * The connection of one session, over Vert.x MQTT. All of it runs on the connection's event loop.
 *
 * <p>The socket is never paused: Vert.x would not read the device's pings any more and close a
 * connection that is alive. What holds a device back are its receive maximum and, beyond that, the
 * session's limits.
 */
final class DeviceEndpoint implements Peer {

  /** Receipts on their way under QoS 1; more are sent under QoS 0, so that they can't pile up. */
  private static final int MAX_UNACKNOWLEDGED_RECEIPTS = 16;

  /** A bound on what a PUBLISH has besides its payload: topic, ids, properties. */
  private static final int PACKET_OVERHEAD = 512;

  private final MqttEndpoint mqtt;
  private final ContextInternal context;
  private final UUID device;
  private final MqttProperties connect;
  private int receiptsQos = -1;
  private int unacknowledgedReceipts;
  private int lastReceiptId;

  DeviceEndpoint(MqttEndpoint mqtt, ContextInternal context, UUID device) {
    this.mqtt = mqtt;
    this.context = context;
    this.device = device;
    this.connect = mqtt.connectProperties();
  }

  static boolean isVersion5(MqttEndpoint mqtt) {
    return mqtt.protocolVersion() >= MqttVersion.MQTT_5.protocolLevel();
  }

  /** Lets packets in: to be called before CONNACK. */
  void serve(DeviceSession session) {
    mqtt.publishAutoAck(false);
    mqtt.publishHandler(message -> session.onPublish(publication(message)));
    mqtt.publishAcknowledgeHandler(_ -> unacknowledgedReceipts--);
    mqtt.subscribeHandler(this::subscribe);
    mqtt.unsubscribeHandler(this::unsubscribe);
    mqtt.exceptionHandler(
        failure ->
            session.close(
                failure instanceof TooLongFrameException
                    ? CloseReason.PACKET_TOO_LARGE
                    : CloseReason.MALFORMED_PACKET));
    mqtt.closeHandler(_ -> session.onClosed());
  }

  @Override
  public void execute(Runnable task) {
    if (context.inThread()) {
      task.run();
    } else {
      context.runOnContext(_ -> task.run());
    }
  }

  @Override
  public void acknowledge(int packetId, Acknowledgement acknowledgement, String reasons) {
    if (!mqtt.isConnected()) {
      return;
    }
    if (isVersion5(mqtt)) {
      boolean wantsReasons =
          PacketProperties.integer(connect, MqttPropertyType.REQUEST_PROBLEM_INFORMATION, 1) == 1;
      mqtt.publishAcknowledge(
          packetId,
          ReasonCodes.of(acknowledgement),
          PacketProperties.withReason(wantsReasons ? reasons : ""));
    } else {
      mqtt.publishAcknowledge(packetId);
    }
  }

  @Override
  public void sendReceipt(Publication publication, byte[] json) {
    int maximum =
        PacketProperties.integer(connect, MqttPropertyType.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
    if (receiptsQos < 0 || !mqtt.isConnected() || json.length > maximum - PACKET_OVERHEAD) {
      return;
    }
    int receiveMaximum =
        PacketProperties.integer(
            connect, MqttPropertyType.RECEIVE_MAXIMUM, MAX_UNACKNOWLEDGED_RECEIPTS);
    boolean acknowledged =
        receiptsQos == 1
            && unacknowledgedReceipts < Math.min(receiveMaximum, MAX_UNACKNOWLEDGED_RECEIPTS);
    if (acknowledged) {
      unacknowledgedReceipts++;
    }
    lastReceiptId = lastReceiptId % 0xFFFF + 1;
    mqtt.publish(
        Topics.receipts(device),
        Buffer.buffer(json),
        acknowledged ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE,
        false,
        false,
        lastReceiptId,
        isVersion5(mqtt)
            ? PacketProperties.withCorrelation(publication.correlation())
            : MqttProperties.NO_PROPERTIES);
  }

  @Override
  public void disconnect(CloseReason reason) {
    if (mqtt.isConnected()) {
      mqtt.disconnect(ReasonCodes.of(reason), MqttProperties.NO_PROPERTIES);
    }
  }

  private static Publication publication(MqttPublishMessage message) {
    MqttProperties properties = message.properties();
    return new Publication(
        message.messageId(),
        message.qosLevel().value(),
        message.isRetain(),
        message.topicName(),
        message.payload().getBytes(),
        PacketProperties.contentType(properties),
        PacketProperties.sent(properties),
        PacketProperties.correlation(properties));
  }

  private void subscribe(MqttSubscribeMessage message) {
    List<MqttTopicSubscription> wanted = message.topicSubscriptions();
    wanted.stream()
        .filter(one -> one.topicName().equals(Topics.receipts(device)))
        .forEach(one -> receiptsQos = granted(one));
    if (isVersion5(mqtt)) {
      mqtt.subscribeAcknowledge(
          message.messageId(),
          wanted.stream().map(this::answer).toList(),
          MqttProperties.NO_PROPERTIES);
    } else {
      mqtt.subscribeAcknowledge(
          message.messageId(),
          wanted.stream()
              .map(
                  one ->
                      Topics.maySubscribe(device, one.topicName())
                          ? MqttQoS.valueOf(granted(one))
                          : MqttQoS.FAILURE)
              .toList());
    }
  }

  private MqttSubAckReasonCode answer(MqttTopicSubscription one) {
    if (Topics.maySubscribe(device, one.topicName())) {
      return granted(one) == 1
          ? MqttSubAckReasonCode.GRANTED_QOS1
          : MqttSubAckReasonCode.GRANTED_QOS0;
    }
    return one.topicName().contains("#") || one.topicName().contains("+")
        ? MqttSubAckReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED
        : MqttSubAckReasonCode.NOT_AUTHORIZED;
  }

  private static int granted(MqttTopicSubscription one) {
    return Math.min(one.qualityOfService().value(), MqttQoS.AT_LEAST_ONCE.value());
  }

  private void unsubscribe(MqttUnsubscribeMessage message) {
    if (message.topics().contains(Topics.receipts(device))) {
      receiptsQos = -1;
    }
    if (isVersion5(mqtt)) {
      mqtt.unsubscribeAcknowledge(
          message.messageId(),
          message.topics().stream().map(_ -> MqttUnsubAckReasonCode.SUCCESS).toList(),
          MqttProperties.NO_PROPERTIES);
    } else {
      mqtt.unsubscribeAcknowledge(message.messageId());
    }
  }
}
