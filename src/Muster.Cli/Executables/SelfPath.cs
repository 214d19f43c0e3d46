using System.Runtime.CompilerServices;

namespace Muster.Cli.Executables;

/// <summary>Where the running executable lies.</summary>
internal static class SelfPath
{
    /// <summary>
    /// The running executable; null under "dotnet muster.dll", where the process is the runtime, which is no image to run.
    /// </summary>
    public static string? Current { get; } = Of(Environment.ProcessPath, isNative: !RuntimeFeature.IsDynamicCodeSupported);

    /// <summary>
    /// A native build is itself under whatever name: versions lie side by side, <c>muster-0.1.0</c>, and <c>muster</c> is a link to one of
    /// them. A managed one is itself only in the host that the SDK makes for it.
    /// </summary>
    internal static string? Of(string? processPath, bool isNative) =>
        isNative || Path.GetFileNameWithoutExtension(processPath) == "muster" ? processPath : null;
}
