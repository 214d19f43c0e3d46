using System.Text;

using Muster.Clouds.Kit;

namespace Muster.Clouds.Tests;

/// <summary>A kind's page has the tables of its description, to the letter: <c>MUSTER_ACCEPT=1</c> writes them anew.</summary>
public sealed class KindPagesTests
{
    private static readonly string[] CommonFields = ["image", "size", "network", "firewall", "metadata", "user_data", "tags"];

    public static TheoryData<string> Kinds => [.. CloudKinds.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_lists_the_options_of_the_configuration(string kind) => Check(
        kind, "| option | meaning | unless set |",
        Description(kind).Options.Select(option => $"| `{option.Name}` | {option.Meaning} | {option.UnlessSet} |"));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_lists_the_fields_of_templates(string kind)
    {
        var description = Description(kind);
        Assert.True(description.Fields.IsEmpty || CommonFields.All(name => description.Fields.Any(field => field.Name == name)));

        Check(
            kind, "| field | meaning |",
            description.Fields.Select(field => $"| `{field.Name}` | {field.Meaning} |").Concat(description.TemplateOptions.Select(option =>
                $"| `option {option.Name}` | {option.Meaning}{(option.UnlessSet == "none" ? "" : $"; {option.UnlessSet} unless set")} |")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_lists_the_calls_that_a_credential_must_be_allowed(string kind) => Check(
        kind, "| call | for |", Description(kind).LeastPrivilege.Select(privilege => $"| {privilege.Calls} | {privilege.For} |"));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_called_with_is_told_in_sentences(string kind) =>
        Assert.EndsWith(".", Description(kind).Credential, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_option_is_described_twice(string kind)
    {
        var description = Description(kind);

        Assert.Distinct(description.Options.Select(option => option.Name));
        Assert.Distinct(description.TemplateOptions.Select(option => option.Name));
    }

    private static KindDescription Description(string kind) => CloudKinds.Find(kind)!.Description;

    private static void Check(string kind, string head, IEnumerable<string> rows)
    {
        var all = rows.ToArray();
        var path = RepositoryRoot.File($"docs/clouds/{kind}.md");
        var page = File.ReadAllText(path);
        var begin = page.IndexOf($"{head}\n", StringComparison.Ordinal);
        if (all.Length == 0)
        {
            Assert.True(begin < 0, $"{path} has a table {head}, and the kind describes nothing that belongs there");
            return;
        }

        Assert.True(begin >= 0, $"{path} has no table {head}");
        var columns = head.Count(c => c == '|') - 1;
        var table = $"{head}\n|{string.Concat(Enumerable.Repeat(" --- |", columns))}\n{string.Join('\n', all)}\n";

        // A table may be the last of its page.
        var gap = page.IndexOf("\n\n", begin, StringComparison.Ordinal);
        var end = gap < 0 ? page.Length : gap + 1;
        if (Environment.GetEnvironmentVariable("MUSTER_ACCEPT") == "1")
        {
            File.WriteAllText(path, new StringBuilder(page).Remove(begin, end - begin).Insert(begin, table).ToString());
            return;
        }

        Assert.Equal(table, page[begin..end]);
    }
}
