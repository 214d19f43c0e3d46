using System.Text.Json;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

public sealed class LicensesTests
{
    /// <summary>They work at build time; none of their code is in the program.</summary>
    private static readonly string[] BuildOnly =
        ["Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.NET.ILLink.Tasks", "Microsoft.DotNet.ILCompiler"];

    /// <summary>The lock file lists every package that the program is built from, so a new one is looked for by itself.</summary>
    [Fact]
    public async Task Every_package_of_the_program_is_named_with_its_version_and_licence()
    {
        using var locked = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(RepositoryRoot.Path, "src", "Muster.Cli", "packages.lock.json"), TestContext.Current.CancellationToken));
        var packages = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(package => package.Value.GetProperty("type").GetString() != "Project" && !BuildOnly.Contains(package.Name))
            .Where(package => package.Name != "Microsoft.Data.Sqlite") // Empty: it only names others.
            .Select(package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()}")
            .ToList();

        var text = (await CliRun.Of([], "licenses")).Out.ReplaceLineEndings("\n");

        Assert.True(packages.Count > 20, "the lock file lists too few packages");
        Assert.All(
            packages,
            package => Assert.Matches($@"\n{System.Text.RegularExpressions.Regex.Escape(package)}\n  \S.*\n  [A-Z][\w.-]+", text));
    }

    [Fact]
    public async Task The_texts_of_the_licences_and_of_the_runtime_are_there()
    {
        var text = (await CliRun.Of([], "licenses")).Out;

        Assert.Contains("Apache License", text);
        Assert.Contains("Permission is hereby granted, free of charge", text);
        Assert.Contains("Third parties' code in .NET", text);
        Assert.Contains("public domain", text);
    }
}
