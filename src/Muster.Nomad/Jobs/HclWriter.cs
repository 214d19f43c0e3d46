using System.Globalization;
using System.Text;

using Muster.Nomad.Jobs.Wire;

namespace Muster.Nomad.Jobs;

/// <summary>Writes a job as HCL2, for people: Muster itself sends JSON.</summary>
internal sealed class HclWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    private HclWriter()
    {
    }

    public static string Write(NomadJob job)
    {
        var writer = new HclWriter();
        writer.Block($"job {Quoted(job.Id)}", () => writer.Job(job));
        return writer._text.ToString();
    }

    private void Job(NomadJob job)
    {
        Value("name", job.Name);
        Value("namespace", job.Namespace);
        Value("region", job.Region);
        Value("type", job.Type);
        Value("priority", job.Priority);
        Values("datacenters", job.Datacenters);
        Value("node_pool", job.NodePool);
        foreach (var constraint in job.Constraints ?? [])
        {
            Block("constraint", () =>
            {
                // Nomad replaces this one, and is meant to.
                Line($"attribute = \"{constraint.LeftTarget}\"");
                Value("operator", constraint.Operand);
                Value("value", constraint.RightTarget);
            });
        }

        Block("periodic", () =>
        {
            Value("cron", job.Periodic.Spec);
            Line($"prohibit_overlap = {Word(job.Periodic.ProhibitOverlap)}");
            Value("time_zone", job.Periodic.TimeZone);
        });
        Map("meta", job.Meta);
        foreach (var group in job.TaskGroups)
        {
            Block($"group {Quoted(group.Name)}", () => Group(group));
        }
    }

    private void Group(NomadTaskGroup group)
    {
        Value("count", group.Count);
        Block("restart", () =>
        {
            Value("attempts", group.RestartPolicy.Attempts);
            Value("mode", group.RestartPolicy.Mode);
            Value("interval", Duration(group.RestartPolicy.Interval));
            Value("delay", Duration(group.RestartPolicy.Delay));
        });
        Block("reschedule", () =>
        {
            Value("attempts", group.ReschedulePolicy.Attempts);
            Line($"unlimited = {Word(group.ReschedulePolicy.Unlimited)}");
        });
        Block("ephemeral_disk", () => Value("size", group.EphemeralDisk.SizeMegabytes));
        foreach (var task in group.Tasks)
        {
            Block($"task {Quoted(task.Name)}", () => Task(task));
        }
    }

    private void Task(NomadTask task)
    {
        Value("driver", task.Driver);
        Value("kill_timeout", Duration(task.KillTimeout));
        Block("config", () =>
        {
            Value("command", task.Config.Command);
            Value("image", task.Config.Image);
            Values("args", task.Config.Arguments);
            if (task.Config.Volumes is { } volumes)
            {
                Values("volumes", volumes);
            }
        });
        Map("env", task.Env);
        foreach (var artifact in task.Artifacts ?? [])
        {
            Block("artifact", () =>
            {
                // Nomad replaces what it knows in it, such as the processor's kind, and is meant to.
                Line($"source = \"{artifact.GetterSource}\"");
                Value("destination", artifact.RelativeDest);
                Map("options", artifact.GetterOptions);
            });
        }

        foreach (var identity in task.Identities ?? [])
        {
            Block("identity", () =>
            {
                Value("name", identity.Name);
                Values("aud", identity.Audience);
                Line($"file = {Word(identity.File)}");
                Value("ttl", Duration(identity.TimeToLive));
            });
        }

        Block("resources", () =>
        {
            Value("cpu", task.Resources.CpuMegahertz);
            Value("memory", task.Resources.MemoryMegabytes);
        });
        Block("logs", () =>
        {
            Value("max_files", task.LogConfig.MaxFiles);
            Value("max_file_size", task.LogConfig.MaxFileSizeMegabytes);
        });
    }

    private void Block(string head, Action body)
    {
        Line($"{head} {{");
        _depth++;
        body();
        _depth--;
        Line("}");
    }

    private void Map(string name, IEnumerable<KeyValuePair<string, string>> entries) => Block(name, () =>
    {
        foreach (var (key, value) in entries)
        {
            Value(key, value);
        }
    });

    private void Value(string name, string? value)
    {
        if (value is not null)
        {
            Line($"{name} = {Quoted(value)}");
        }
    }

    private void Value(string name, int value) => Line(string.Create(CultureInfo.InvariantCulture, $"{name} = {value}"));

    private void Values(string name, IEnumerable<string> values) => Line($"{name} = [{string.Join(", ", values.Select(Quoted))}]");

    private void Line(string line) => _text.Append(' ', 2 * _depth).Append(line).Append('\n');

    private static string Word(bool value) => value ? "true" : "false";

    private static string Duration(long nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000_000}s");

    /// <summary>A quoted string. The introducer of a template is doubled once more, since reading HCL takes one away.</summary>
    private static string Quoted(string value)
    {
        var quoted = new StringBuilder("\"");
        for (var i = 0; i < value.Length; i++)
        {
            quoted.Append(value[i] switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '$' or '%' when i + 1 < value.Length && value[i + 1] == '{' => $"{value[i]}{value[i]}",
                var other => other.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
