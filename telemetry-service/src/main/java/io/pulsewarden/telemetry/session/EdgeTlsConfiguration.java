package io.pulsewarden.telemetry.session;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.mqtt.MqttServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How the endpoint speaks TLS: by the JDK, and what is written on one turn of the event loop leaves
 * together, as one TLS record. Vert.x gathers what is written while it reads, but PUBACKs are
 * written when Kafka has answered: each would be a record and a system call of its own. A device
 * that does not read what it is sent is let go, and what Vert.x can't read is kept from it.
 */
final class EdgeTlsConfiguration extends JdkSSLEngineOptions {

  /** TLS 1.3, and 1.2 for devices that can't do better. */
  static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  /** Those of 1.3, then those of 1.2 that have forward secrecy and are authenticated (AEAD). */
  static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** However long a turn is, so many packets are not kept back. */
  private static final int GATHERED_AT_MOST = 256;

  /** Bytes that may wait for a device to read them, and for how long more of them may. */
  private static final int UNREAD_BYTES = 1 << 20;

  private static final Duration UNREAD_PATIENCE = Duration.ofSeconds(10);

  /**
   * What is the same for all connections.
   *
   * @param patience for devices that don't read
   * @param refused hears why a handshake failed: Vert.x tells its MQTT server's handlers nothing of
   *     that
   */
  private record Care(Duration patience, Consumer<TlsRefusal> refused) {}

  private final Care care;

  private EdgeTlsConfiguration(Care care) {
    this.care = care;
  }

  /**
   * Has an endpoint speak TLS like this.
   *
   * @param refused hears of handshakes that fail, on any event loop
   */
  static void apply(MqttServerOptions options, Consumer<TlsRefusal> refused) {
    apply(options, UNREAD_PATIENCE, refused);
  }

  /** The same, with another patience for devices that don't read. */
  static void apply(MqttServerOptions options, Duration patience, Consumer<TlsRefusal> refused) {
    CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
    options
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUIRED)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setSslEngineOptions(new EdgeTlsConfiguration(new Care(patience, refused)));
  }

  @Override
  public EdgeTlsConfiguration copy() {
    return this;
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new Factory(super.sslContextFactory(), care);
  }

  private record Factory(SslContextFactory jdk, Care care) implements SslContextFactory {

    @Override
    public SslContextFactory useAlpn(boolean useAlpn) {
      return new Factory(jdk.useAlpn(useAlpn), care);
    }

    @Override
    public SslContextFactory clientAuth(io.netty.handler.ssl.ClientAuth clientAuth) {
      return new Factory(jdk.clientAuth(clientAuth), care);
    }

    @Override
    public SslContextFactory forClient(boolean forClient) {
      return new Factory(jdk.forClient(forClient), care);
    }

    @Override
    public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
      return new Factory(jdk.keyMananagerFactory(keys), care);
    }

    @Override
    public SslContextFactory trustManagerFactory(TrustManagerFactory trust) {
      return new Factory(jdk.trustManagerFactory(trust), care);
    }

    @Override
    public SslContextFactory enabledCipherSuites(Set<String> suites) {
      return new Factory(jdk.enabledCipherSuites(suites), care);
    }

    @Override
    public SslContextFactory applicationProtocols(List<String> protocols) {
      return new Factory(jdk.applicationProtocols(protocols), care);
    }

    @Override
    public SslContext create() throws SSLException {
      return new Context(jdk.create(), care);
    }
  }

  private static final class Context extends DelegatingSslContext {

    private final Care care;

    private Context(SslContext jdk, Care care) {
      super(jdk);
      this.care = care;
    }

    @Override
    protected void initEngine(SSLEngine engine) {
      // Vert.x does that, around this.
    }

    @Override
    protected SslHandler newHandler(
        ByteBufAllocator allocator, boolean startTls, Executor executor) {
      return new Handler(newEngine(allocator), startTls, executor, care);
    }

    @Override
    protected SslHandler newHandler(
        ByteBufAllocator allocator, String host, int port, boolean startTls, Executor executor) {
      return new Handler(newEngine(allocator, host, port), startTls, executor, care);
    }
  }

  private static final class Handler extends SslHandler {

    private final Care care;

    private Handler(SSLEngine engine, boolean startTls, Executor executor, Care care) {
      super(engine, startTls, executor);
      this.care = care;
      // Who does not read what it is sent does not read our goodbye either.
      setCloseNotifyFlushTimeoutMillis(
          Math.min(getCloseNotifyFlushTimeoutMillis(), care.patience().toMillis()));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
      super.handlerAdded(context);
      ChannelConfig channel = context.channel().config();
      ChannelConfig _ = channel.setAllocator(new PooledWrapBuffers(channel.getAllocator()));
      context
          .channel()
          .config()
          .setWriteBufferWaterMark(new WriteBufferWaterMark(UNREAD_BYTES / 2, UNREAD_BYTES));
      context
          .pipeline()
          .addAfter(context.name(), "gather", new FlushConsolidationHandler(GATHERED_AT_MOST, true))
          .addAfter("gather", "unread", new Unread(care.patience()))
          .addAfter("unread", "sieve-to-come", PacketSieve.atFirstBytes());
      Future<Channel> _ =
          handshakeFuture()
              .addListener(
                  (Future<Channel> handshake) -> {
                    if (!handshake.isSuccess()) {
                      TlsRefusal.of(handshake.cause()).ifPresent(care.refused());
                    }
                  });
    }
  }

  /** Lets go of a device that does not read: what it is sent would pile up. */
  private static final class Unread extends ChannelInboundHandlerAdapter {

    private final Duration patience;
    private @Nullable ScheduledFuture<?> end;

    private Unread(Duration patience) {
      this.patience = patience;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (end != null) {
        end.cancel(false);
        end = null;
      }
      if (!context.channel().isWritable()) {
        end =
            context
                .executor()
                .schedule(
                    () -> {
                      ChannelFuture _ = context.close();
                    },
                    patience.toMillis(),
                    TimeUnit.MILLISECONDS);
      }
      context.fireChannelWritabilityChanged();
    }
  }
}
