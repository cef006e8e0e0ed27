package io.pulsewarden.registry.testing;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A device that shows a certificate in its handshakes, whatever it is worth. */
public final class DeviceClient {

  private final URI base;
  private final HttpClient http;

  private DeviceClient(URI base, SSLContext tls) {
    this.base = base;
    this.http =
        HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
  }

  public static DeviceClient showing(URI base, KeyPair keys, X509Certificate... chain) {
    return new DeviceClient(base, tls(keys, chain));
  }

  public static SSLContext tls(KeyPair keys, X509Certificate... chain) {
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(
          new KeyManager[] {keyManager(keys, chain)},
          new TrustManager[] {Registry.trustManager()},
          null);
      return tls;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public static KeyManager keyManager(KeyPair keys, X509Certificate... chain) {
    return new Always(keys.getPrivate(), chain);
  }

  /** Asks for another certificate with the one that it has. */
  public HttpResponse<byte[]> renew(byte[] request) {
    return post("/.well-known/est/simplereenroll", request);
  }

  public HttpResponse<byte[]> enrol(byte[] request) {
    return post("/.well-known/est/simpleenroll", request);
  }

  public HttpResponse<byte[]> post(String path, byte[] request) {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/pkcs10")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request))
            .build());
  }

  public HttpResponse<byte[]> get(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET().build());
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** Shows the same chain to everybody, valid or not. */
  private static final class Always extends X509ExtendedKeyManager {

    private static final String ALIAS = "device";

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    Always(PrivateKey key, X509Certificate... chain) {
      this.key = key;
      this.chain = List.of(chain);
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, javax.net.ssl.@Nullable SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
