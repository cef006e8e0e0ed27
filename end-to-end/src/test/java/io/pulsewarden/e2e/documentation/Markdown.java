package io.pulsewarden.e2e.documentation;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** As much of a Markdown page as links need: prose without code, and the anchors of headings. */
record Markdown(String text) {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern NOT_IN_ANCHOR = Pattern.compile("[^\\p{L}\\p{N} _-]");

  /** Targets of links, as written. */
  List<String> links() {
    var prose = CODE.matcher(FENCED.matcher(text).replaceAll("")).replaceAll("");
    return LINK.matcher(prose).results().map(match -> match.group(1)).toList();
  }

  /** Anchors as GitHub makes them: a repeated heading gets a number. */
  Set<String> anchors() {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new LinkedHashSet<>();
    HEADING
        .matcher(FENCED.matcher(text).replaceAll(""))
        .results()
        .map(Markdown::anchor)
        .forEach(
            anchor -> {
              int times = seen.merge(anchor, 1, Integer::sum);
              anchors.add(times == 1 ? anchor : anchor + "-" + (times - 1));
            });
    return anchors;
  }

  private static String anchor(MatchResult heading) {
    return NOT_IN_ANCHOR
        .matcher(heading.group(1).toLowerCase(Locale.ROOT))
        .replaceAll("")
        .replace(' ', '-');
  }
}
