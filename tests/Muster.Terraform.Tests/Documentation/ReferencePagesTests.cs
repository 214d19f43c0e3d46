using Muster.Terraform.Documentation;
using Muster.Terraform.Tests.Support;

namespace Muster.Terraform.Tests.Documentation;

public sealed class ReferencePagesTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "docs", "terraform");

    /// <summary>MUSTER_ACCEPT=1 writes the pages anew.</summary>
    [Fact]
    public void The_committed_pages_are_what_the_schema_and_the_examples_say()
    {
        var pages = ReferencePages.All(Example);
        foreach (var (path, text) in pages)
        {
            var file = Path.Combine(Folder, path);
            if (Environment.GetEnvironmentVariable("MUSTER_ACCEPT") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }

            Assert.True(File.Exists(file), $"{file} is missing; MUSTER_ACCEPT=1 writes it");
            Assert.Equal(File.ReadAllText(file), text);
        }

        Assert.Equal(
            pages.Select(page => Path.Combine(Folder, page.Path)).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_resource_and_data_source_has_an_example() =>
        Assert.All(ReferencePages.All(Example), page => Assert.Contains("## Example Usage", page.Text, StringComparison.Ordinal));

    private static string? Example(string path)
    {
        var file = Path.Combine(RepositoryRoot.Path, "examples", "terraform", path);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }
}
