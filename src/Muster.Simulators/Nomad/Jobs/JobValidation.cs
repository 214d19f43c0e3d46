using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Requests;

namespace Muster.Simulators.Nomad.Jobs;

/// <summary>What Nomad says of a job that it does not take, in its words.</summary>
internal static class JobValidation
{
    private const long Second = 1_000_000_000;

    private static readonly (string Name, string Where)[] Durations =
    [
        ("KillTimeout", "Task.Job.TaskGroups.Tasks"),
        ("Delay", "RestartPolicy.Job.TaskGroups.RestartPolicy"),
        ("Interval", "RestartPolicy.Job.TaskGroups.RestartPolicy"),
    ];

    /// <summary>The job in a body.</summary>
    /// <exception cref="RefusedException">There is none, or something in it is of the wrong type.</exception>
    public static JsonObject Decode(JsonObject body)
    {
        var job = body.Inner("Job") ?? throw new RefusedException(400, "Job must be specified");
        if (job["Type"] is JsonValue type && !type.TryGetValue<string>(out _))
        {
            throw new RefusedException(400, "json: cannot unmarshal number into Go struct field Job.Job.Type of type string");
        }

        foreach (var group in job.Items("TaskGroups"))
        {
            CheckDurations(group.Items("Tasks"), Durations[0]);
            CheckDurations([group.Inner("RestartPolicy") ?? []], Durations[1]);
            CheckDurations([group.Inner("RestartPolicy") ?? []], Durations[2]);
        }

        return job;
    }

    /// <summary>Every sentence against a canonical job; none when it is good.</summary>
    public static ImmutableArray<string> Check(JsonObject job)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        CheckIds(job, errors);
        if (job.Text("Type") is not ("batch" or "service" or "system"))
        {
            errors.Add($"Invalid job type: \"{job.Text("Type")}\"");
        }

        if (job.Number("Priority") is < 1 or > 100)
        {
            errors.Add("Job priority must be between [1, 100]");
        }

        if (job["Datacenters"] is null)
        {
            errors.Add("Missing job datacenters");
        }

        if (!job.Items("TaskGroups").Any())
        {
            errors.Add("Missing job task groups");
        }

        foreach (var group in job.Items("TaskGroups"))
        {
            if (Group(group) is { Length: > 0 } wrong)
            {
                errors.Add($"Task group {group.Text("Name")} validation failed: {Listed(wrong)}");
            }
        }

        if (job.Inner("Periodic") is { } periodic)
        {
            if (job.Text("Type") != "batch")
            {
                errors.Add("Periodic can only be used with \"batch\" scheduler");
            }

            if (periodic.Flag("Enabled") && Periodic(periodic) is { Length: > 0 } wrong)
            {
                errors.Add(Listed(wrong));
            }
        }

        return errors.ToImmutable();
    }

    /// <summary>Sentences as Nomad lists them.</summary>
    public static string Listed(ImmutableArray<string> sentences) => sentences.Length == 1
        ? $"1 error occurred:\n\t* {sentences[0]}\n\n"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{sentences.Length} errors occurred:\n{string.Concat(sentences.Select(sentence => $"\t* {sentence}\n"))}\n");

    private static void CheckIds(JsonObject job, ImmutableArray<string>.Builder errors)
    {
        foreach (var (name, value) in new[] { ("ID", job.Text("ID")), ("Name", job.Text("Name")) })
        {
            if (name == "ID" && value.Length == 0)
            {
                errors.Add("Missing job ID");
            }

            if (name == "ID" && value.Contains(' '))
            {
                errors.Add("Job ID contains a space");
            }

            if (value.Contains('\0'))
            {
                errors.Add($"Job {name} contains a null character");
            }
        }
    }

    private static void CheckDurations(IEnumerable<JsonObject> nodes, (string Name, string Where) duration)
    {
        if (nodes.Any(node => node[duration.Name] is JsonValue value && value.TryGetValue<string>(out _)))
        {
            throw new RefusedException(
                400, $"json: cannot unmarshal string into Go struct field {duration.Where}.{duration.Name} of type time.Duration");
        }
    }

    private static ImmutableArray<string> Periodic(JsonObject periodic)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        var spec = periodic.Text("Spec");
        if (spec.Length == 0)
        {
            errors.Add("Must specify a spec");
        }

        var zone = periodic.Text("TimeZone");
        if (zone is not "Local" && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            errors.Add($"Invalid time zone \"{zone}\": unknown time zone {zone}");
        }

        try
        {
            CronLine.Parse(spec);
        }
        catch (FormatException error)
        {
            errors.Add($"Invalid cron spec \"{spec}\": {error.Message}");
        }

        return errors.ToImmutable();
    }

    private static ImmutableArray<string> Group(JsonObject group)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        if (group.Inner("RestartPolicy")!.Number("Interval") is var interval && interval < 5 * Second)
        {
            errors.Add(
                Listed([string.Create(CultureInfo.InvariantCulture, $"Interval can not be less than 5s (got {interval / Second}s)")]));
        }

        if (!group.Items("Tasks").Any())
        {
            errors.Add("Missing tasks for task group");
        }

        foreach (var task in group.Items("Tasks"))
        {
            if (Task(task, group) is { Length: > 0 } wrong)
            {
                errors.Add($"Task {task.Text("Name")} validation failed: {Listed(wrong)}");
            }
        }

        return errors.ToImmutable();
    }

    private static ImmutableArray<string> Task(JsonObject task, JsonObject group)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        if (task.Text("Name").Contains('/'))
        {
            errors.Add("Task name cannot include slashes");
        }

        if (task.Text("Driver").Length == 0)
        {
            errors.Add("Missing task driver");
        }

        errors.AddRange(TaskFiles.Check(task));
        var resources = task.Inner("Resources")!;
        if (resources.Number("CPU") < 1)
        {
            errors.Add(
                Listed([Listed([string.Create(CultureInfo.InvariantCulture, $"minimum CPU value is 1; got {resources.Number("CPU")}")])]));
        }

        if (resources.Number("MemoryMB") < 10)
        {
            errors.Add(Listed([Listed(
                [string.Create(CultureInfo.InvariantCulture, $"minimum MemoryMB value is 10; got {resources.Number("MemoryMB")}")])]));
        }

        var logs = task.Inner("LogConfig")!;
        var logMegabytes = logs.Number("MaxFiles") * logs.Number("MaxFileSizeMB");
        var diskMegabytes = group.Inner("EphemeralDisk")!.Number("SizeMB");
        if (logMegabytes > diskMegabytes)
        {
            errors.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"log storage ({logMegabytes} MB) must be less than requested disk capacity ({diskMegabytes} MB)"));
        }

        return errors.ToImmutable();
    }
}
