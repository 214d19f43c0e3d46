using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;

namespace Muster.Clouds.Local.Life;

/// <summary>What every instance runs for its first millisecond: it writes who it is, lets go of the lock and becomes the image.</summary>
/// <remarks>
/// Only the process itself can write down its pid such that no crash of Muster comes in between. Since the record is there
/// before the image runs, and is created exclusively, no run of an image happens twice, not even without the lock.
/// See docs/decisions/0002-local-instances-are-processes.md.
/// </remarks>
internal sealed class BootStage(IProcessTable processes, string shell, RunAsUser? runAs)
{
    /// <summary>The exit code of a stage that could not write its record: the image never ran.</summary>
    public const int NotBootedCode = 125;

    // Parameters: the record, the cgroup or nothing, further groups to go into, one a line, the limit of open files or nothing, the working
    // directory; then the image. Builtins only: no further process.
    private readonly string _script =
        $$"""
        boot=$1 group=$2 shared=$3 files=$4 work=$5
        shift 5
        [ -z "$files" ] || ulimit -S -n "$files" || exit {{NotBootedCode}}
        cd "$work" || exit {{NotBootedCode}}
        unset OLDPWD
        set -f
        IFS='
        '
        for other in $shared; do printf 0 > "$other/cgroup.procs" || exit {{NotBootedCode}}; done
        unset IFS
        limits={{BootRecord.NoneWord}}
        if [ -n "$group" ]; then
          if printf 0 > "$group/cgroup.procs"; then limits={{BootRecord.JoinedWord}}; else limits={{BootRecord.RefusedWord}}; fi
        fi
        {{processes.ReadSelfScript}} || exit {{NotBootedCode}}
        set -C
        printf '%s\n%s\n{{BootRecord.End}}\n' "$self" "$limits" > "$boot" || exit {{NotBootedCode}}
        exec {{Spawn.LockDescriptor}}>&-
        exec "$@"
        """;

    // Gone into as the user: what the user owns may be a link by now.
    private const string EnterScript = "cd \"$0\" && unset OLDPWD && exec \"$@\"";

    /// <summary>Starts an instance's process.</summary>
    /// <returns>Its pid.</returns>
    /// <exception cref="IOException">It was not started; <c>HResult</c> is the error number.</exception>
    public int Start(
        string directory, InstanceRecord record, IReadOnlyList<string> environment, IEnumerable<string> sharedGroups, LaunchLock held) =>
        Spawn.Start(
            [
                shell, "-c", _script, "muster-boot",
                LocalFiles.BootPath(directory, record.Run), record.ControlGroup ?? "", string.Join('\n', sharedGroups),
                OpenFiles.Inherited ?? "", runAs is null ? LocalFiles.WorkPath(directory) : "/",
                .. runAs is null ? [] : runAs.Prefix.Concat([shell, "-c", EnterScript, LocalFiles.WorkPath(record.Home ?? directory)]),
                .. record.Command,
            ],
            environment,
            LocalFiles.OutputPath(directory),
            LocalFiles.ErrorPath(directory),
            held.File);
}
