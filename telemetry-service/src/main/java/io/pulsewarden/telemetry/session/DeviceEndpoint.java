package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.presence.Subscriptions;
import io.pulsewarden.telemetry.session.TopicAliases.Meaning.Fault;
import io.pulsewarden.telemetry.session.TopicAliases.Meaning.Topic;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttDisconnectMessage;
import io.vertx.mqtt.messages.MqttPubAckMessage;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one session, over Vert.x MQTT. All of it runs on the connection's event loop.
 *
 * <p>The socket is never paused: Vert.x would not read the device's pings any more and close a
 * connection that is alive. What holds a device back are its receive maximum and, beyond that, the
 * session's limits.
 */
final class DeviceEndpoint implements Peer {

  private static final Logger LOG = Logger.getLogger(DeviceEndpoint.class);

  /**
   * Receipts and notices on their way under QoS 1; more are sent under QoS 0, so that they can't
   * pile up.
   */
  private static final int MAX_UNACKNOWLEDGED_RECEIPTS = 16;

  private static final int NO_PACKET = -1;

  /**
   * DISCONNECT does not say how long the session is to be kept; as a number it would be for ever.
   */
  private static final int UNCHANGED = -1;

  /** A bound on what a PUBLISH has besides its payload: topic, ids, properties. */
  private static final int PACKET_OVERHEAD = 512;

  private final MqttEndpoint mqtt;
  private final ContextInternal context;
  private final UUID device;
  private final MqttProperties connect;
  private final boolean version5;
  private final boolean wantsReasons;
  private final TopicAliases aliases;
  private Subscriptions subscriptions;
  private long expirySeconds;
  private int unacknowledgedReceipts;
  private int configurationId = NO_PACKET;
  private int lastPacketId;

  /**
   * The device's end of a connection.
   *
   * @param expirySeconds how long the session outlives the connection, unless DISCONNECT says other
   * @param subscriptions of the session that is gone on with
   */
  DeviceEndpoint(
      MqttEndpoint mqtt,
      ContextInternal context,
      UUID device,
      TopicAliases aliases,
      long expirySeconds,
      Subscriptions subscriptions) {
    this.mqtt = mqtt;
    this.context = context;
    this.device = device;
    this.connect = mqtt.connectProperties();
    this.version5 = isVersion5(mqtt);
    this.wantsReasons =
        PacketProperties.integer(connect, MqttPropertyType.REQUEST_PROBLEM_INFORMATION, 1) == 1;
    this.aliases = aliases;
    this.expirySeconds = expirySeconds;
    this.subscriptions = subscriptions;
  }

  /** How long the session is kept after its connection. */
  long expirySeconds() {
    return expirySeconds;
  }

  static boolean isVersion5(MqttEndpoint mqtt) {
    return mqtt.protocolVersion() >= MqttVersion.MQTT_5.protocolLevel();
  }

  /**
   * Lets packets in: to be called before CONNACK.
   *
   * @param heard is told of each packet
   */
  void serve(DeviceSession session, Runnable heard) {
    mqtt.publishAutoAck(false);
    mqtt.publishHandler(
        message -> {
          heard.run();
          publish(session, message);
        });
    mqtt.publishAcknowledgeMessageHandler(
        message -> {
          heard.run();
          acknowledged(session, message);
        });
    mqtt.subscribeHandler(
        message -> {
          heard.run();
          subscribe(session, message);
        });
    mqtt.unsubscribeHandler(
        message -> {
          heard.run();
          unsubscribe(session, message);
        });
    mqtt.pingHandler(_ -> heard.run());
    mqtt.disconnectMessageHandler(message -> goodbye(session, message));
    mqtt.exceptionHandler(failure -> broken(session, failure));
    mqtt.closeHandler(_ -> session.onClosed());
  }

  private void broken(DeviceSession session, Throwable failure) {
    if (failure instanceof IOException) {
      // No packet: the connection is lost, as its close handler hears at once.
      return;
    }
    CloseReason reason =
        switch (failure) {
          case UnwantedPacketException unwanted -> unwanted.reason();
          case TooLongFrameException _ -> CloseReason.PACKET_TOO_LARGE;
          default -> CloseReason.MALFORMED_PACKET;
        };
    // The class alone: a decoder's message may have in it what was sent.
    LOG.warnf(
        "a packet was not taken, the connection is closed: device=%s reason=%s error=%s",
        device, reason.code(), failure.getClass().getName());
    session.closeInTurn(reason);
  }

  private void publish(DeviceSession session, MqttPublishMessage message) {
    int alias =
        PacketProperties.integer(
            message.properties(), MqttPropertyType.TOPIC_ALIAS, TopicAliases.NONE);
    switch (aliases.resolve(IncomingMessage.bounded(message.topicName()), alias)) {
      case Topic(String name) -> session.onPublish(publication(message, name));
      case Fault(CloseReason reason) -> session.closeInTurn(reason);
    }
  }

  private void acknowledged(DeviceSession session, MqttPubAckMessage message) {
    if (message.messageId() == configurationId) {
      configurationId = NO_PACKET;
      session.onConfigurationAnswered(!message.code().isError());
    } else if (unacknowledgedReceipts > 0) {
      unacknowledgedReceipts--;
    }
  }

  private void goodbye(DeviceSession session, MqttDisconnectMessage message) {
    int changed =
        PacketProperties.integer(
            message.properties(), MqttPropertyType.SESSION_EXPIRY_INTERVAL, UNCHANGED);
    // One that began without may not ask for it now (MQTT 5, section 3.14.2.2.2).
    if (changed != UNCHANGED && expirySeconds > 0) {
      expirySeconds = Math.min(expirySeconds, Integer.toUnsignedLong(changed));
    }
    if (message.code() == MqttDisconnectReasonCode.NORMAL) {
      session.onGoodbye();
    }
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
    if (version5) {
      mqtt.publishAcknowledge(
          packetId,
          ReasonCodes.of(acknowledgement),
          wantsReasons
              ? PacketProperties.withReason(reasons, connect)
              : MqttProperties.NO_PROPERTIES);
    } else {
      mqtt.publishAcknowledge(packetId);
    }
  }

  @Override
  public boolean listensToReceipts() {
    return subscriptions.receipts() != null;
  }

  @Override
  public void sendReceipt(Publication publication, byte[] json) {
    tell(
        Topics.receipts(device),
        subscriptions.receipts(),
        json,
        PacketProperties.withCorrelation(publication.correlation()));
  }

  @Override
  public void sendNotice(byte[] json) {
    tell(Topics.notices(device), subscriptions.notices(), json, PacketProperties.json());
  }

  private void tell(String topic, @Nullable Integer qos, byte[] json, MqttProperties properties) {
    int maximum =
        PacketProperties.integer(connect, MqttPropertyType.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
    if (qos == null || !mqtt.isConnected() || json.length > maximum - PACKET_OVERHEAD) {
      return;
    }
    // One of what the device takes at once is left for its configuration.
    int receiveMaximum =
        PacketProperties.integer(
                connect, MqttPropertyType.RECEIVE_MAXIMUM, MAX_UNACKNOWLEDGED_RECEIPTS + 1)
            - 1;
    boolean acknowledged =
        qos == 1 && unacknowledgedReceipts < Math.min(receiveMaximum, MAX_UNACKNOWLEDGED_RECEIPTS);
    if (acknowledged) {
      unacknowledgedReceipts++;
    }
    send(topic, json, acknowledged, properties);
  }

  @Override
  public boolean sendConfiguration(byte[] json) {
    Integer qos = subscriptions.config();
    if (qos == null || !mqtt.isConnected()) {
      return false;
    }
    int id = send(Topics.config(device), json, qos == 1, PacketProperties.json());
    if (qos == 1) {
      configurationId = id;
    }
    return qos == 1;
  }

  private int send(String topic, byte[] json, boolean acknowledged, MqttProperties properties) {
    do {
      lastPacketId = lastPacketId % 0xFFFF + 1;
    } while (lastPacketId == configurationId);
    mqtt.publish(
        topic,
        Buffer.buffer(json),
        acknowledged ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE,
        false,
        false,
        lastPacketId,
        isVersion5(mqtt) ? properties : MqttProperties.NO_PROPERTIES);
    return lastPacketId;
  }

  @Override
  public void disconnect(CloseReason reason) {
    if (mqtt.isConnected()) {
      // DISCONNECT may have it whatever problem information was asked for (section 3.1.2.11.7).
      mqtt.disconnect(ReasonCodes.of(reason), PacketProperties.withReason(reason.code(), connect));
    }
  }

  private static Publication publication(MqttPublishMessage message, String topic) {
    MqttProperties properties = message.properties();
    byte[] payload = message.payload().getBytes();
    return new Publication(
        message.messageId(),
        message.qosLevel().value(),
        message.isRetain(),
        message.topicName().length() + PacketProperties.size(properties) + payload.length,
        topic,
        payload,
        PacketProperties.contentType(properties),
        PacketProperties.sent(properties),
        PacketProperties.sequence(properties),
        PacketProperties.correlation(properties),
        PacketProperties.proof(properties));
  }

  private void subscribe(DeviceSession session, MqttSubscribeMessage message) {
    List<MqttTopicSubscription> wanted = message.topicSubscriptions();
    if (!session.mayAsk(wanted.size())) {
      return;
    }
    wanted.forEach(one -> listen(one.topicName(), granted(one)));
    answer(message, wanted);
    session.onSubscribed(
        subscriptions,
        wanted.stream().anyMatch(one -> one.topicName().equals(Topics.config(device))));
    if (wanted.stream().anyMatch(one -> one.topicName().equals(Topics.notices(device)))) {
      session.listenToNotices();
    }
  }

  private void listen(String filter, @Nullable Integer qos) {
    if (filter.equals(Topics.receipts(device))) {
      subscriptions = new Subscriptions(qos, subscriptions.config(), subscriptions.notices());
    } else if (filter.equals(Topics.config(device))) {
      subscriptions = new Subscriptions(subscriptions.receipts(), qos, subscriptions.notices());
    } else if (filter.equals(Topics.notices(device))) {
      subscriptions = new Subscriptions(subscriptions.receipts(), subscriptions.config(), qos);
    }
  }

  private void answer(MqttSubscribeMessage message, List<MqttTopicSubscription> wanted) {
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

  private void unsubscribe(DeviceSession session, MqttUnsubscribeMessage message) {
    if (!session.mayAsk(message.topics().size())) {
      return;
    }
    message.topics().forEach(filter -> listen(filter, null));
    session.onSubscribed(subscriptions, false);
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
