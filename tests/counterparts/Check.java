import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Judges each line "flavour TAB file" of a list. Tells, tab-separated and by the line's number from 0:
 * "FAILED number clause test message location" for each failed test, then "JUDGED number pass|fail|error".
 */
public class Check {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    List<String> jobs = Files.readAllLines(Path.of(arguments[0]));
    for (int number = 0; number < jobs.size(); number++) {
      String[] parts = jobs.get(number).split("\t", 2);
      tell("JUDGED", number, judge(number, parts[0], new File(parts[1])));
    }
  }

  private static String judge(int number, String name, File file) {
    try {
      PDFAFlavour flavour = PDFAFlavour.fromString(name);
      try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour)) {
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
        ValidationResult result = validator.validate(parser);
        for (TestAssertion one : result.getTestAssertions()) {
          if (one.getStatus() == TestAssertion.Status.FAILED) {
            tell("FAILED", number, one.getRuleId().getClause(), one.getRuleId().getTestNumber(), one.getMessage(),
                one.getLocation() == null ? "" : one.getLocation().getContext());
          }
        }
        return result.isCompliant() ? "pass" : "fail";
      }
    } catch (Exception | LinkageError error) {
      tell("FAILED", number, "unreadable", 0, error, "");
      return "error";
    }
  }

  private static void tell(Object... parts) {
    StringBuilder line = new StringBuilder();
    for (Object part : parts) {
      line.append(line.length() == 0 ? "" : "\t").append(String.valueOf(part).replaceAll("\\s+", " "));
    }
    OUT.println(line);
  }
}
