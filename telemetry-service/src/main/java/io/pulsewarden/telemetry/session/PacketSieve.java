package io.pulsewarden.telemetry.session;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.util.ReferenceCountUtil;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubCompReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubRecReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubRelReasonCode;
import java.util.Optional;

/**
 * Keeps packets from Vert.x that it fails at: it would throw on the event loop, which logs a stack
 * for whatever a device likes to send, and leave the connection as it is. What comes before CONNACK
 * it keeps for a while: a device need not wait for that (section 3.1.4 of both versions), and
 * Vert.x takes nothing until then. One for each connection, on its event loop.
 */
final class PacketSieve extends ChannelDuplexHandler {

  /** Where Vert.x has Netty's decoder, behind which the sieve stands. */
  private static final String DECODER = "mqttDecoder";

  private enum State {
    /** CONNECT has to come. */
    NEW,
    /** It is not answered, and what comes is held. */
    ASKED,
    /** It is; what was held comes first. */
    OPEN,
    /** What comes behind a packet that ended the connection was sent in vain. */
    LEAVING
  }

  private final HeldPackets held = new HeldPackets();
  private State state = State.NEW;

  PacketSieve() {}

  /** What puts a sieve in its place with the first bytes: before them there is no decoder. */
  static ChannelHandler atFirstBytes() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (context.pipeline().get(DECODER) != null) {
          context.pipeline().addAfter(DECODER, "sieve", new PacketSieve());
        }
        context.pipeline().remove(this);
        context.fireChannelRead(bytes);
      }
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof MqttMessage packet)) {
      context.fireChannelRead(message);
      return;
    }
    switch (state) {
      case NEW -> first(context, packet);
      case ASKED -> hold(context, packet);
      case OPEN -> {
        if (held.isEmpty()) {
          next(context, packet);
        } else {
          hold(context, packet);
        }
      }
      case LEAVING -> ReferenceCountUtil.release(packet);
    }
  }

  /** Whoever can't say CONNECT is told nothing, but where it is of a version that is not spoken. */
  private void first(ChannelHandlerContext context, MqttMessage packet) {
    boolean answered =
        packet.decoderResult().isSuccess()
            ? packet.fixedHeader().messageType() == MqttMessageType.CONNECT
            : packet.decoderResult().cause() instanceof MqttUnacceptableProtocolVersionException;
    if (answered) {
      state = State.ASKED;
      context.fireChannelRead(packet);
    } else {
      end(context, packet);
    }
  }

  /** A device that sends on and on without an answer is let go. */
  private void hold(ChannelHandlerContext context, MqttMessage packet) {
    if (!held.add(packet)) {
      end(context, packet);
    }
  }

  /** Hands on what was held, until one of them ends the connection. */
  private void release(ChannelHandlerContext context) {
    for (MqttMessage packet = held.poll();
        packet != null && state == State.OPEN;
        packet = held.poll()) {
      next(context, packet);
    }
    // Vert.x sends its answers at the end of a read.
    context.fireChannelReadComplete();
  }

  private void leave() {
    state = State.LEAVING;
    held.drop();
  }

  private void end(ChannelHandlerContext context, MqttMessage packet) {
    leave();
    ReferenceCountUtil.release(packet);
    ChannelFuture _ = context.close();
  }

  private void next(ChannelHandlerContext context, MqttMessage packet) {
    // Of one that can't be read Vert.x tells the endpoint itself.
    Optional<CloseReason> fault =
        packet.decoderResult().isSuccess() ? fault(packet) : Optional.empty();
    if (fault.isEmpty()) {
      context.fireChannelRead(packet);
    } else {
      leave();
      ReferenceCountUtil.release(packet);
      context.fireExceptionCaught(new UnwantedPacketException(fault.get()));
    }
  }

  private static Optional<CloseReason> fault(MqttMessage packet) {
    return switch (packet.fixedHeader().messageType()) {
      case PUBLISH, SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> Optional.empty();
      case PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT ->
          hasKnownReason(packet) ? Optional.empty() : Optional.of(CloseReason.MALFORMED_PACKET);
      // A second CONNECT, what servers alone send, and AUTH, for which nobody asked.
      case CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP, AUTH ->
          Optional.of(CloseReason.PROTOCOL_ERROR);
    };
  }

  /** Whether Vert.x knows the reason code. Without one it is 'success'. */
  private static boolean hasKnownReason(MqttMessage packet) {
    byte code;
    if (packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply) {
      code = reply.reasonCode();
    } else if (packet.variableHeader()
        instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      code = header.reasonCode();
    } else {
      return true;
    }
    try {
      Enum<?> _ =
          switch (packet.fixedHeader().messageType()) {
            case PUBACK -> MqttPubAckReasonCode.valueOf(code);
            case PUBREC -> MqttPubRecReasonCode.valueOf(code);
            case PUBREL -> MqttPubRelReasonCode.valueOf(code);
            case PUBCOMP -> MqttPubCompReasonCode.valueOf(code);
            default -> MqttDisconnectReasonCode.valueOf(code);
          };
      return true;
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (isLast(message)) {
      leave();
    } else if (state == State.ASKED) {
      // What Vert.x says first is CONNACK, and it takes packets once it has said it.
      state = State.OPEN;
      if (!held.isEmpty()) {
        context.executor().execute(() -> release(context));
      }
    }
    ChannelFuture _ = context.write(message, promise);
  }

  /**
   * Vert.x ends a connection with DISCONNECT, with a CONNACK that refuses, and in either version
   * with bytes of no packet.
   */
  private static boolean isLast(Object message) {
    return switch (message) {
      case MqttConnAckMessage answer ->
          answer.variableHeader().connectReturnCode() != MqttConnectReturnCode.CONNECTION_ACCEPTED;
      case MqttMessage packet -> packet.fixedHeader().messageType() == MqttMessageType.DISCONNECT;
      default -> true;
    };
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
    context.fireChannelInactive();
  }
}
