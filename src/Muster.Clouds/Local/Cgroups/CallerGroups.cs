using System.Collections.Immutable;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Cgroups;

/// <summary>The cgroups that this process was put into by whoever runs it, and how an instance gets out of them.</summary>
/// <remarks>
/// A job runner ends what is in its task's cgroup together with the task: a check of a few seconds would take its instances with it. They
/// are found by the hierarchies that runners end tasks by: the unified one (Nomad from 1.3, systemd), <c>freezer</c> (Nomad on cgroup v1)
/// and <c>name=systemd</c>. In the others an instance stays where it is: limits of memory and processors go on to hold for it.
/// See docs/decisions/0107-instances-leave-the-callers-cgroup.md.
/// </remarks>
internal sealed class CallerGroups
{
    private const string Unified = "";
    private const string Freezer = "freezer";
    private const string Systemd = "name=systemd";
    private const string Processes = "cgroup.procs";

    private static readonly string[] NomadsOwn = ["nomad", "nomad.slice"];

    private CallerGroups(string? parent, ImmutableArray<string> shared, string? whyBound)
    {
        Parent = parent;
        Shared = shared;
        WhyBound = whyBound;
    }

    /// <summary>The unified group in which each instance gets one of its own; null when it need not, or may not, leave.</summary>
    public string? Parent { get; }

    /// <summary>Groups of cgroup v1 that instances go into: above the caller's.</summary>
    public ImmutableArray<string> Shared { get; }

    /// <summary>Why an instance would end with the job that this process is, in words; null when it would not.</summary>
    public string? WhyBound { get; }

    /// <summary>Looks where this process is.</summary>
    /// <param name="configuredParent">A cgroup v2 directory that is Muster's to use; null for the group above ours.</param>
    /// <param name="allocation">The Nomad allocation that this process runs in; null outside of one.</param>
    /// <param name="procDirectory">Where <c>mountinfo</c> and <c>cgroup</c> of this process are.</param>
    public static CallerGroups Find(string? configuredParent, string? allocation, string procDirectory = "/proc/self")
    {
        if (!OperatingSystem.IsLinux())
        {
            return new(parent: null, shared: [], whyBound: null);
        }

        try
        {
            return Of(CgroupMount.Read(procDirectory), configuredParent, allocation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without /proc nobody has put anything into a cgroup here that could be found.
            return new(parent: null, shared: [], whyBound: null);
        }
    }

    private static CallerGroups Of(IReadOnlyList<CgroupMount> mounts, string? configuredParent, string? allocation)
    {
        string? parent = null;
        string? whyBound = null;
        var shared = ImmutableArray.CreateBuilder<string>();
        foreach (var mount in mounts.Where(mount => mount.Own.Length > 0 && mount.Hierarchy is Unified or Freezer or Systemd))
        {
            var isUnified = mount.Hierarchy == Unified;
            var jobAt = JobSegment(mount.Own, allocation);
            var above = Path.Combine(mount.Point, Above(mount.Own, allocation));
            var target = isUnified ? configuredParent ?? above : above;
            var why = WhyNot(target, above, Path.Combine(mount.Point, mount.Own), isUnified);
            if (why is null && isUnified)
            {
                parent = target;
            }
            else if (why is null)
            {
                shared.Add(target);
            }
            else if (jobAt >= 0)
            {
                whyBound ??= $"an instance would end with this task of Nomad, whose cgroup {Path.Combine(mount.Point, mount.Own)} it may "
                    + $"not leave: {why}. Run Nomad's client as root with cgroups that it may write, or see docs/nomad.md";
            }
        }

        return new(parent, shared.ToImmutable(), whyBound);
    }

    /// <summary>Which segment of a path is the job runner's; -1 for none.</summary>
    private static int JobSegment(string own, string? allocation) => Array.FindIndex(
        own.Split('/'),
        segment => NomadsOwn.Contains(segment)
            || (allocation is { Length: > 0 } && segment.Contains(allocation, StringComparison.Ordinal)));

    /// <summary>What is above the job runner's part of a group's path, or else above the group itself.</summary>
    /// <param name="own">The group.</param>
    /// <param name="allocation">The Nomad allocation that this process runs in; null outside of one.</param>
    internal static string Above(string own, string? allocation) =>
        JobSegment(own, allocation) is var jobAt and >= 0 ? string.Join('/', own.Split('/').Take(jobAt)) : Path.GetDirectoryName(own) ?? "";

    private static string? WhyNot(string target, string above, string own, bool isUnified)
    {
        if (!Directory.Exists(target))
        {
            return $"there is no {target}";
        }

        if (target == own || target.StartsWith(own + "/", StringComparison.Ordinal))
        {
            return $"{target} is within it";
        }

        // Moving in the unified hierarchy takes the right to write where both groups meet; a group of one's own, the right to make one.
        string[] written = isUnified ? [target, Path.Combine(above, Processes)] : [Path.Combine(target, Processes)];
        return written.FirstOrDefault(path => !LibC.IsWritable(path)) is { } refused ? $"{refused} cannot be written" : null;
    }
}
