package io.pulsewarden.telemetry.session;

import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Hears the messages of a Paho client, and nothing else. */
record ReceiptListener(Consumer<MqttMessage> messages) implements MqttCallback {

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    messages.accept(message);
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {}

  @Override
  public void mqttErrorOccurred(MqttException failure) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean again, String server) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
