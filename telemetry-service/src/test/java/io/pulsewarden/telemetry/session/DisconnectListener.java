package io.pulsewarden.telemetry.session;

import java.util.function.IntConsumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Hears the reason code with which the server closes a Paho client's session. */
record DisconnectListener(IntConsumer reasons) implements MqttCallback {

  @Override
  public void disconnected(MqttDisconnectResponse response) {
    reasons.accept(response.getReturnCode());
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {}

  @Override
  public void mqttErrorOccurred(MqttException failure) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean again, String server) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
