package io.pulsewarden.keys.lives;

import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.keyring.KeyringOfALife;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.secret.Password;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What one process of key management has open: the database, and the keyring under its lock. */
public final class Life implements AutoCloseable {

  /** Its sessions in the database are called so. */
  public static final String NAME = "a-life";

  private static final String PASSPHRASE = "correct horse battery staple";

  private final KeyringOfALife keyring;
  private final Vertx vertx;
  private final Pool pool;

  public Life(PostgresLogin database, Path keyringFile) {
    keyring = new KeyringOfALife(keyringFile, PASSPHRASE);
    vertx = Vertx.vertx();
    PgConnectOptions options =
        PgConnectOptions.fromUri(database.url().substring("jdbc:".length()))
            .setUser(database.user())
            .setPassword(database.password().reveal())
            .setSslMode(SslMode.VERIFY_FULL)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setPemTrustOptions(new PemTrustOptions().addCertPath(database.caFile().toString()))
            .addProperty("application_name", NAME);
    pool = PgBuilder.pool().connectingTo(options).using(vertx).build();
  }

  /** The one of a process that {@link Lives} started. */
  public static Life ofThisProcess() {
    return new Life(
        new PostgresLogin(
            told("LIFE_URL"),
            told("LIFE_USER"),
            Password.of(told("LIFE_PASSWORD")),
            Path.of(told("LIFE_CA"))),
        Path.of(told("LIFE_KEYRING")));
  }

  static Map<String, String> environment(PostgresLogin database, Path keyringFile) {
    return Map.of(
        "LIFE_URL", database.url(),
        "LIFE_USER", database.user(),
        "LIFE_PASSWORD", database.password().reveal(),
        "LIFE_CA", database.caFile().toString(),
        "LIFE_KEYRING", keyringFile.toString());
  }

  private static String told(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set");
    }
    return value;
  }

  public Pool pool() {
    return pool;
  }

  public KekProvider keks() {
    return keyring.provider();
  }

  @Override
  public void close() throws IOException {
    pool.close().await().indefinitely();
    vertx.close().await().indefinitely();
    keyring.close();
  }
}
