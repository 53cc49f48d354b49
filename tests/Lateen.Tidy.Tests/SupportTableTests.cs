namespace Lateen.Tidy.Tests;

using Lateen.Api.Resources.Schemas;

/// <summary>Keeps the page about support true.</summary>
public sealed class SupportTableTests
{
    [Fact]
    public void Every_field_that_acts_has_a_test_that_says_so()
    {
        string[] unproved = [.. SupportTable.Fields
            .Where(field => SupportTable.StateOf(field.Path, field.Node) == "acts" && SupportTable.ProofsOf(field.Path).Length == 0)
            .Select(field => field.Path).Distinct()];

        Assert.True(unproved.Length == 0, $"{unproved.Length} fields act without a test tagged [Trait(\"field\", …)]:\n{string.Join('\n', unproved)}");
    }

    [Fact]
    public void Every_tag_of_a_test_names_a_field_that_exists()
    {
        HashSet<string> kinds = [.. SupportTable.Fields.Select(field => field.Kind)];
        HashSet<string> fields = [.. SupportTable.Fields.Select(field => field.Path)];

        // Tags on other things (annotations of Services, mesh configuration) and on whole blocks are allowed.
        string[] unknown = [.. SupportTable.Proofs.Select(proof => proof.Key)
            .Where(path => kinds.Contains(path.Split('.')[0]) && path.Contains(".spec", StringComparison.Ordinal))
            .Where(path => !fields.Contains(path) && !fields.Any(field => field.StartsWith(path + ".", StringComparison.Ordinal)))
            .Where(path => !fields.Any(field => path.StartsWith(field + ".", StringComparison.Ordinal)))];

        Assert.Empty(unknown);
    }

    [Fact]
    public void The_page_about_support_is_what_the_types_and_tests_say()
    {
        string path = Path.Combine(Repository.Root, SupportTable.File);
        string text = SupportTable.Text();
        if (Environment.GetEnvironmentVariable("LATEEN_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", text);
    }
}
