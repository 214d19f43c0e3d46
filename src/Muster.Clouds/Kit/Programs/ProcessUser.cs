using System.Runtime.InteropServices;

namespace Muster.Clouds.Kit.Programs;

/// <summary>Whom this process runs as.</summary>
internal static partial class ProcessUser
{
    /// <summary>The number of the user whose rights it has.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveId();
}
