using System.Runtime.InteropServices;

namespace Muster.Clouds.Kit.Programs;

/// <summary>How many descriptors this process may have open: <c>RLIMIT_NOFILE</c>.</summary>
/// <remarks>
/// A process is born with a low soft limit, for the sake of programs that use <c>select</c>, and may raise it to the hard one by itself.
/// Who does not use
/// <c>select</c> is expected to (systemd.io, "File Descriptor Limits"). What it starts gets the limit back that it was born with.
/// </remarks>
public static partial class OpenFiles
{
    private const string Library = "libc";

    /// <summary>More than any Muster needs. Some programs close everything up to their limit, one by one.</summary>
    private const ulong RaisedMax = 1 << 20;

    /// <summary>macOS takes no more for a process than this (OPEN_MAX), whatever the hard limit says.</summary>
    private const ulong RaisedMaxMac = 10_240;

    private const ulong Unlimited = ulong.MaxValue;

    private static readonly int Resource = OperatingSystem.IsLinux() ? 7 : 8;

    // RLIM_INFINITY is all ones on Linux, and all but the first on macOS.
    private static readonly ulong UnlimitedMac = long.MaxValue;

    private static ulong? _born;

    /// <summary>How many may be open; <see cref="int.MaxValue"/> for any number.</summary>
    public static int Limit => Read() is { } limits && limits.Soft < int.MaxValue ? (int)limits.Soft : int.MaxValue;

    /// <summary>
    /// How many of them are kept for work that must not fail for want of one: listings, the store, answers. Watches and connections, of
    /// which there may be thousands, make do with the rest.
    /// </summary>
    public static int Reserve => ReserveOf(Limit);

    /// <summary>
    /// What a limit leaves for connections: half of what is not kept, the other half is for watches and what the server itself has open.
    /// </summary>
    public static int ConnectionsMax => Math.Max(8, (Limit - Reserve) / 2);

    /// <summary>
    /// The soft limit to give to what is started, as the shell's <c>ulimit -S -n</c> takes it; null where it was not raised.
    /// </summary>
    public static string? Inherited => _born switch
    {
        null => null,
        var limit when limit == Unlimited || limit == UnlimitedMac => "unlimited",
        { } limit => limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Raises the soft limit to the hard one, as far as that makes sense. Once, at the start.</summary>
    public static void Raise()
    {
        if (_born is not null || Read() is not { } limits)
        {
            return;
        }

        var wanted = limits with { Soft = Math.Min(limits.Hard, OperatingSystem.IsLinux() ? RaisedMax : RaisedMaxMac) };
        if (wanted.Soft > limits.Soft && SetLimit(Resource, in wanted) == 0)
        {
            _born = limits.Soft;
        }
    }

    /// <summary>Gives a process that was just started the limit that this one was born with. It may be gone already.</summary>
    public static void GiveBack(int pid)
    {
        if (_born is { } soft && OperatingSystem.IsLinux() && Read() is { } limits)
        {
            var given = limits with { Soft = soft };
            _ = SetLimitOf(pid, Resource, in given, 0);
        }
    }

    /// <summary>A quarter, within bounds: at 80 that is 20, at 1,024 already all that is ever needed.</summary>
    internal static int ReserveOf(int limit) => Math.Clamp(limit / 4, 16, 256);

    private static Limits? Read() => GetLimit(Resource, out var limits) == 0 ? limits : null;

    /// <summary>struct rlimit, of 64 bits each also on macOS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limits
    {
        public ulong Soft { get; init; }

        public ulong Hard { get; init; }
    }

    [LibraryImport(Library, EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    [LibraryImport(Library, EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limits limits);

    [LibraryImport(Library, EntryPoint = "prlimit")]
    private static partial int SetLimitOf(int pid, int resource, in Limits limits, nint before);
}
