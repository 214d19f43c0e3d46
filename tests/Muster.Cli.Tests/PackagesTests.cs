using System.Text.Json;
using System.Xml.Linq;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests;

/// <summary>
/// What <c>Directory.Packages.props</c> says is what is built with. A version for a package that only another package asks for is read by
/// nobody: the lock file then keeps another one, and the page tells a tale.
/// </summary>
public class PackagesTests
{
    private static readonly Dictionary<string, string> Stated =
        XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);

    [Fact]
    public void Every_lock_file_resolves_the_version_that_is_stated()
    {
        var locks = Files("packages*.lock.json").ToList();

        Assert.NotEmpty(locks);
        Assert.Empty(locks.SelectMany(Differences));
    }

    [Fact]
    public void Every_version_that_is_stated_is_of_a_package_that_a_project_names()
    {
        var named = Files("*.csproj").Concat(Files("*.props")).Concat(Files("*.targets"))
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference"))
            .Select(reference => reference.Attribute("Include")!.Value)
            .ToHashSet();

        Assert.Empty(Stated.Keys.Except(named));
    }

    private static IEnumerable<string> Files(string pattern) =>
        from room in (string[])["src", "tests", "benchmarks", "."]
        from file in Directory.EnumerateFiles(
            Path.Combine(RepositoryRoot.Path, room),
            pattern,
            new EnumerationOptions { RecurseSubdirectories = room != ".", MaxRecursionDepth = 2 })
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
        select file;

    private static IEnumerable<string> Differences(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. from target in document.RootElement.GetProperty("dependencies").EnumerateObject()
               from package in target.Value.EnumerateObject()
               where Stated.ContainsKey(package.Name) && package.Value.TryGetProperty("resolved", out _)
               let resolved = package.Value.GetProperty("resolved").GetString()
               where resolved != Stated[package.Name]
               select $"{file}: {package.Name} {resolved}, and {Stated[package.Name]} is stated",
        ];
    }
}
