package io.pulsewarden.telemetry.senml;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The records of a pack as they came, to write some of them as packs again: each with its own
 * fields, and base fields where they change. So that what is written is about as long as what was
 * sent, however long a base name many records share. Thread-safe once it is read.
 */
public final class SentPack {

  private final List<Sent> records = new ArrayList<>();

  SentPack() {}

  private record Sent(RawRecord raw, BaseFields base) {}

  /**
   * Some records of a pack, as a pack.
   *
   * @param pack JSON; read again, it is these records, at positions from 0 on
   */
  public record Excerpt(List<SenmlRecord> records, String pack) {
    public Excerpt {
      records = List.copyOf(records);
    }

    @Override
    public String toString() {
      return "Excerpt[" + records.size() + "]";
    }
  }

  void add(RawRecord raw, BaseFields base) {
    records.add(new Sent(raw, base));
  }

  /**
   * Some of its records as packs, as few as may be.
   *
   * @param some in the order of the pack
   * @param longest so many characters each has at most
   * @return empty if one record alone is longer
   */
  public Optional<List<Excerpt>> excerpts(List<SenmlRecord> some, int longest) {
    List<Excerpt> excerpts = new ArrayList<>();
    List<SenmlRecord> within = new ArrayList<>();
    StringBuilder pack = new StringBuilder("[");
    BaseFields before = BaseFields.NONE;
    for (SenmlRecord record : some) {
      Sent sent = records.get(record.index());
      String written = written(sent, before);
      if (!within.isEmpty() && pack.length() + written.length() + 2 > longest) {
        excerpts.add(new Excerpt(within, pack.append(']').toString()));
        within.clear();
        pack.setLength(1);
        written = written(sent, BaseFields.NONE);
      }
      if (written.length() + 2 > longest) {
        return Optional.empty();
      }
      pack.append(within.isEmpty() ? "" : ",").append(written);
      within.add(record);
      before = sent.base();
    }
    excerpts.add(new Excerpt(within, pack.append(']').toString()));
    return Optional.of(excerpts);
  }

  @SuppressWarnings("BigDecimalEquals") // A number of another scale was sent as another number.
  private static String written(Sent sent, BaseFields before) {
    RawRecord raw = sent.raw();
    BaseFields base = sent.base();
    Fields fields = new Fields();
    fields.text("bn", base.name().equals(before.name()) ? null : base.name());
    fields.number("bt", base.time().equals(before.time()) ? null : base.time());
    fields.text("bu", Objects.equals(base.unit(), before.unit()) ? null : base.unit());
    fields.number("bv", Objects.equals(base.value(), before.value()) ? null : base.value());
    fields.text("n", raw.name());
    fields.text("u", raw.unit());
    fields.number("v", raw.value());
    fields.number("t", raw.time());
    raw.otherFields().forEach(fields::json);
    if (base.sum() != null && !raw.baseSum() && !base.sum().equals(before.sum())) {
      fields.json(BaseFields.SUM, base.sum());
    }
    return fields.written();
  }

  /** Of one record, in their order. */
  private static final class Fields {

    private final StringJoiner json = new StringJoiner(",", "{", "}");

    void text(String label, @Nullable String text) {
      if (text != null) {
        json(label, JsonText.quoted(text));
      }
    }

    void number(String label, @Nullable BigDecimal number) {
      if (number != null) {
        json(label, JsonText.number(number));
      }
    }

    void json(String label, String value) {
      json.add(JsonText.quoted(label) + ":" + value);
    }

    String written() {
      return json.toString();
    }
  }
}
