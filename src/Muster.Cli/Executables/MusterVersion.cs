using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muster.Cli.Executables;

/// <summary>Which Muster this is.</summary>
/// <remarks>No time of the build: equal sources give equal executables, and the commit tells which sources.</remarks>
internal static class MusterVersion
{
    // As many letters of a commit as git shows of one.
    private const int CommitLetters = 12;

    private static readonly string[] Parts =
        (typeof(MusterVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown")
            .Split('+', 2);

    /// <summary>The version alone.</summary>
    public static string Text { get; } = Parts[0];

    /// <summary>The commit of its sources, which the SDK puts behind the version; null where they were built outside of a clone.</summary>
    public static string? Commit { get; } = Parts.Length > 1 ? Parts[1] : null;

    /// <summary>How it was built: <c>native</c>, or <c>managed</c>, which needs a runtime beside it.</summary>
    public static string Build { get; } = RuntimeFeature.IsDynamicCodeSupported ? "managed" : "native";

    /// <summary>All of it on one line.</summary>
    public static string Line { get; } =
        $"muster {Text} (commit {(Commit is null ? "unknown" : Commit[..Math.Min(Commit.Length, CommitLetters)])}, "
        + $"{Build} build for {RuntimeInformation.RuntimeIdentifier})";
}
