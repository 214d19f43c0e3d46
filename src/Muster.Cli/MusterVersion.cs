using System.Reflection;

namespace Muster.Cli;

/// <summary>Which Muster this is.</summary>
internal static class MusterVersion
{
    /// <summary>The version alone; a build's commit, which the SDK appends, is left out.</summary>
    public static string Text { get; } =
        typeof(MusterVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "unknown";
}
