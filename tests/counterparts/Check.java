import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Judges every file of a list by every flavour; one line a verdict, one line a failed rule. */
public class Check {
  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] parts = line.split("\t");
      PDFAFlavour flavour = PDFAFlavour.fromString(parts[0]);
      try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(parts[1]), flavour)) {
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
        ValidationResult result = validator.validate(parser);
        List<String> failed = new ArrayList<>();
        for (TestAssertion one : result.getTestAssertions()) {
          if (one.getStatus() == TestAssertion.Status.FAILED) {
            failed.add(one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber() + " "
                + one.getMessage() + " at " + (one.getLocation() == null ? "" : one.getLocation().getContext()));
          }
        }
        System.out.println("JUDGED\t" + parts[0] + "\t" + parts[1] + "\t" + (result.isCompliant() ? "pass" : "fail"));
        for (String one : failed) {
          System.out.println("FAILED\t" + parts[0] + "\t" + parts[1] + "\t" + one.replaceAll("\\s+", " "));
        }
      } catch (Exception error) {
        System.out.println("JUDGED\t" + parts[0] + "\t" + parts[1] + "\terror");
        System.out.println("FAILED\t" + parts[0] + "\t" + parts[1] + "\t" + error);
      }
    }
  }
}
