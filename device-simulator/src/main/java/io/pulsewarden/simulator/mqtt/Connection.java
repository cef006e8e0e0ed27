package io.pulsewarden.simulator.mqtt;

import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.senml.SenmlPack;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * One MQTT 5 connection, from CONNECT to its end; never used again after that. It starts a clean
 * session, because {@link DeviceSession} remembers by itself what is not acknowledged.
 */
final class Connection implements MqttCallback {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final int DEFAULT_RECEIVE_MAXIMUM = 65_535;
  // Paho's own name for 'more in flight than the server allows'.
  private static final int TOO_MANY_IN_FLIGHT = 32_202;
  // Sender, receiver, callbacks, and one to spare for Paho's pings and its connecting.
  private static final int PAHO_THREADS = 5;

  private final Listener listener;
  private final String topic;
  private final String configurationTopic;
  private final MqttAsyncClient client;
  private final ScheduledThreadPoolExecutor threads;
  private final Clock clock;
  private final int receiveMaximum;

  /** Hears of the connection; called from Paho's threads. */
  interface Listener {
    void answered(long sequence, int packetId, int reasonCode);

    /**
     * A configuration came.
     *
     * @return whether it was applied, and may be acknowledged
     */
    boolean configured(byte[] json);

    /** Something went wrong; may come more than once. */
    void lost(Connection connection, int reasonCode);
  }

  /**
   * Connects, and waits until the server said yes or no.
   *
   * @throws MqttException the server's reason code, or Paho's own above 0xFF
   */
  Connection(MqttServer server, SSLContext tls, DeviceIdentity identity, Listener listener)
      throws MqttException {
    String id = identity.device().toString();
    this.listener = listener;
    this.clock = server.clock();
    this.topic = "devices/" + id + "/vitals";
    this.configurationTopic = "devices/" + id + "/config";
    this.threads = new ScheduledThreadPoolExecutor(PAHO_THREADS, Thread.ofVirtual().factory());
    this.client = new MqttAsyncClient(server.uri(), id, new MemoryPersistence(), null, threads);
    // The answer to a configuration says that it was applied, so it can't leave before that.
    this.client.setManualAcks(true);
    try {
      IMqttToken connect = client.connect(options(tls));
      connect.waitForCompletion(CONNECT_TIMEOUT.toMillis());
      this.receiveMaximum = receiveMaximum(connect.getResponseProperties());
    } catch (MqttException e) {
      close();
      throw e;
    }
  }

  /** Has to be called once after construction: until then, nobody hears of the end. */
  void listen() {
    client.setCallback(this);
    try {
      IMqttToken _ = client.subscribe(configurationTopic, 1);
    } catch (MqttException gone) {
      listener.lost(this, 0);
    }
  }

  private static MqttConnectionOptions options(SSLContext tls) {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    options.setAutomaticReconnect(false);
    options.setKeepAliveInterval(30);
    options.setConnectionTimeout((int) CONNECT_TIMEOUT.toSeconds());
    options.setSocketFactory(new PromptSocketFactory(tls.getSocketFactory()));
    options.setHttpsHostnameVerificationEnabled(true);
    return options;
  }

  private static int receiveMaximum(MqttProperties connack) {
    Integer announced = connack == null ? null : connack.getReceiveMaximum();
    return announced == null ? DEFAULT_RECEIVE_MAXIMUM : announced;
  }

  int receiveMaximum() {
    return receiveMaximum;
  }

  /**
   * Hands a message to Paho.
   *
   * @return false if Paho has too many in flight just now
   */
  boolean publish(long sequence, OutgoingMessage message) throws MqttException {
    MqttProperties properties = new MqttProperties();
    properties.setContentType(SenmlPack.CONTENT_TYPE);
    String sent = BigDecimal.valueOf(clock.millis(), 3).toPlainString();
    properties.setUserProperties(List.of(new UserProperty("sent", sent)));
    MqttMessage packet = new MqttMessage(message.payload(), 1, false, properties);
    try {
      client.publish(topic, packet, null, new Answer(sequence));
      return true;
    } catch (MqttException e) {
      if (e.getReasonCode() == TOO_MANY_IN_FLIGHT) {
        return false;
      }
      throw e;
    }
  }

  /** Says goodbye and lets go of sockets and threads. */
  void disconnect() {
    try {
      client.disconnect(0).waitForCompletion(2_000);
    } catch (MqttException alreadyGone) {
      // Nothing to say goodbye to.
    }
    close();
  }

  /** Lets go of sockets and threads. */
  void close() {
    try {
      client.disconnectForcibly(0, 100, false);
      client.close(true);
    } catch (MqttException alreadyGone) {
      // The point was to be rid of it.
    }
    threads.shutdownNow();
  }

  /** The answer to one message. An error PUBACK is a success to Paho: the code tells. */
  private final class Answer implements MqttActionListener {
    private final long sequence;

    Answer(long sequence) {
      this.sequence = sequence;
    }

    @Override
    public void onSuccess(IMqttToken token) {
      int[] codes = token.getReasonCodes();
      listener.answered(
          sequence, token.getMessageId(), codes == null || codes.length == 0 ? 0 : codes[0]);
    }

    @Override
    public void onFailure(IMqttToken token, Throwable cause) {
      // A message fails only because the connection does; disconnected() follows and knows why.
    }
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {
    int code = response.getReturnCode();
    listener.lost(this, code > 0 && code <= 0xFF ? code : 0);
  }

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void messageArrived(String arrivedOn, MqttMessage message) throws MqttException {
    if (arrivedOn.equals(configurationTopic) && listener.configured(message.getPayload())) {
      client.messageArrivedComplete(message.getId(), message.getQos());
    }
  }

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String serverUri) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
