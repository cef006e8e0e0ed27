package io.pulsewarden.telemetry.session;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.mqtt.MqttServerOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * How the endpoint speaks TLS: by the JDK, and what is written on one turn of the event loop leaves
 * together, as one TLS record. Vert.x gathers what is written while it reads, but PUBACKs are
 * written when Kafka has answered: each would be a record and a system call of its own.
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

  /** Has an endpoint speak TLS like this. */
  static void apply(MqttServerOptions options) {
    CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
    options
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUIRED)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setSslEngineOptions(new EdgeTlsConfiguration());
  }

  @Override
  public EdgeTlsConfiguration copy() {
    return this;
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new Factory(super.sslContextFactory());
  }

  private record Factory(SslContextFactory jdk) implements SslContextFactory {

    @Override
    public SslContextFactory useAlpn(boolean useAlpn) {
      return new Factory(jdk.useAlpn(useAlpn));
    }

    @Override
    public SslContextFactory clientAuth(io.netty.handler.ssl.ClientAuth clientAuth) {
      return new Factory(jdk.clientAuth(clientAuth));
    }

    @Override
    public SslContextFactory forClient(boolean forClient) {
      return new Factory(jdk.forClient(forClient));
    }

    @Override
    public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
      return new Factory(jdk.keyMananagerFactory(keys));
    }

    @Override
    public SslContextFactory trustManagerFactory(TrustManagerFactory trust) {
      return new Factory(jdk.trustManagerFactory(trust));
    }

    @Override
    public SslContextFactory enabledCipherSuites(Set<String> suites) {
      return new Factory(jdk.enabledCipherSuites(suites));
    }

    @Override
    public SslContextFactory applicationProtocols(List<String> protocols) {
      return new Factory(jdk.applicationProtocols(protocols));
    }

    @Override
    public SslContext create() throws SSLException {
      return new Context(jdk.create());
    }
  }

  private static final class Context extends DelegatingSslContext {

    private Context(SslContext jdk) {
      super(jdk);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
      // Vert.x does that, around this.
    }

    @Override
    protected SslHandler newHandler(
        ByteBufAllocator allocator, boolean startTls, Executor executor) {
      return new Handler(newEngine(allocator), startTls, executor);
    }

    @Override
    protected SslHandler newHandler(
        ByteBufAllocator allocator, String host, int port, boolean startTls, Executor executor) {
      return new Handler(newEngine(allocator, host, port), startTls, executor);
    }
  }

  private static final class Handler extends SslHandler {

    private Handler(SSLEngine engine, boolean startTls, Executor executor) {
      super(engine, startTls, executor);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
      super.handlerAdded(context);
      context
          .pipeline()
          .addAfter(
              context.name(), "gather", new FlushConsolidationHandler(GATHERED_AT_MOST, true));
    }
  }
}
