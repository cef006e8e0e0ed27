package io.pulsewarden.telemetry.bridge;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker by Eclipse Paho, from CONNECT to its end; never used again after that,
 * since Paho's own reconnecting loses the subscription when the broker lost the session.
 */
final class BridgeClient implements BridgeConnector.Link, MqttCallback, BridgeSession.Acknowledger {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int KEEP_ALIVE_SECONDS = 30;
  private static final int AT_LEAST_ONCE = 1;
  private static final int FLUSHED_WITHIN_MILLIS = 1_000;
  private static final int SESSION_TAKEN_OVER = 0x8E;
  // Sender, receiver, callbacks, and one to spare for Paho's pings and its connecting.
  private static final int PAHO_THREADS = 5;

  private static final System.Logger LOG = System.getLogger(BridgeClient.class.getName());

  private final BridgedBroker broker;
  private final String clientId;
  private final SSLContext tls;
  private final BridgeSession session;
  private final ScheduledThreadPoolExecutor threads =
      new ScheduledThreadPoolExecutor(PAHO_THREADS, Thread.ofVirtual().factory());
  private volatile @Nullable MqttAsyncClient client;

  BridgeClient(BridgedBroker broker, String clientId, SSLContext tls, BridgeSession session) {
    this.broker = broker;
    this.clientId = clientId;
    this.tls = tls;
    this.session = session;
  }

  @Override
  public boolean open() {
    try {
      MqttAsyncClient made =
          new MqttAsyncClient(broker.uri(), clientId, new MemoryPersistence(), null, threads);
      client = made;
      made.setManualAcks(true);
      // What waited for us may come right behind CONNACK.
      made.setCallback(this);
      made.connect(options()).waitForCompletion(PATIENCE.toMillis());
      // Each time: the broker may have forgotten the session.
      IMqttToken subscribed = made.subscribe(broker.subscription(), AT_LEAST_ONCE);
      subscribed.waitForCompletion(PATIENCE.toMillis());
      return granted(subscribed);
    } catch (MqttException refused) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "a broker can't be reached: broker={0} code={1}",
          broker.name(),
          refused.getReasonCode());
      return false;
    }
  }

  private static boolean granted(IMqttToken subscribed) {
    int[] codes = subscribed.getReasonCodes();
    return codes != null && codes.length == 1 && codes[0] == AT_LEAST_ONCE;
  }

  private MqttConnectionOptions options() {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(false);
    options.setSessionExpiryInterval(broker.sessionExpiry().toSeconds());
    options.setReceiveMaximum(broker.receiveMaximum());
    options.setMaximumPacketSize(broker.maximumPacketSize());
    options.setAutomaticReconnect(false);
    options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
    options.setConnectionTimeout((int) PATIENCE.toSeconds());
    options.setSocketFactory(tls.getSocketFactory());
    options.setHttpsHostnameVerificationEnabled(true);
    return options;
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    session.onMessage(
        new BridgedMessage(
            message.getId(),
            message.getQos(),
            topic,
            message.getPayload(),
            Optional.ofNullable(message.getProperties().getContentType())),
        this);
  }

  @Override
  public void acknowledge(BridgedMessage message) {
    MqttAsyncClient open = client;
    if (open == null || message.qos() == 0) {
      return;
    }
    try {
      open.messageArrivedComplete(message.packetId(), message.qos());
    } catch (MqttException gone) {
      session.end(EndReason.CONNECTION_LOST);
    }
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {
    session.end(
        response.getReturnCode() == SESSION_TAKEN_OVER
            ? EndReason.TAKEN_OVER
            : EndReason.CONNECTION_LOST);
  }

  /**
   * Without a DISCONNECT if need be: the broker keeps the session either way. But what was
   * acknowledged a moment ago leaves first, or all of that would come again.
   */
  @Override
  public void close() {
    MqttAsyncClient open = client;
    client = null;
    try {
      if (open != null) {
        open.disconnectForcibly(FLUSHED_WITHIN_MILLIS, 100, true);
      }
    } catch (MqttException alreadyGone) {
      // The point was to be rid of it.
    }
    try {
      if (open != null) {
        open.close(true);
      }
    } catch (MqttException alreadyGone) {
      // As above.
    }
    threads.shutdownNow();
  }

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String serverUri) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
