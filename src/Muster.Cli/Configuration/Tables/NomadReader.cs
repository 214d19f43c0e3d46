using System.Collections.Immutable;

using Muster.Cli.Terminals;
using Muster.Cli.Toml;
using Muster.Cli.Wording;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;

namespace Muster.Cli.Configuration.Tables;

/// <summary>
/// Reads <c>[nomad]</c>: where Nomad is, as whom, and how the jobs are made. Nomad's own variables stand in for what is left out.
/// </summary>
internal static class NomadReader
{
    private static readonly Choices<JobDriver> Drivers =
        new(("raw_exec", JobDriver.RawExec), ("exec", JobDriver.Exec), ("docker", JobDriver.Docker));

    private static readonly Choices<JobTask> Tasks = new(("scale", JobTask.Scale), ("ask", JobTask.Ask));
    private static readonly Choices<JobUnit> Units = new(("group", JobUnit.Group), ("sweep", JobUnit.Sweep));
    private static readonly Choices<JobIdentity> Identities = new(("workload", JobIdentity.Workload), ("token", JobIdentity.Token));

    public static void Read(TomlFields fields, NomadConfig nomad, string directory, Terminal terminal)
    {
        nomad.IsGiven = fields.Exists;
        try
        {
            nomad.Options = fields.Exists ? NomadEnvironment.Read(terminal.Environment) : new();
        }
        catch (InputException error)
        {
            fields.Refuse("addresses", error);
        }

        ReadOptions(fields, nomad.Options, directory);
        ReadJobs(fields, nomad.Jobs);
        nomad.Rounds = fields.Duration("rounds", JobLimits.RoundEveryMin, JobLimits.RoundEveryMax);
        fields.RefuseOthers();
        if (fields.Exists)
        {
            Check(fields, nomad.Jobs);
        }
    }

    private static void ReadOptions(TomlFields fields, NomadOptions options, string directory)
    {
        var addresses = ImmutableArray.CreateBuilder<Uri>();
        foreach (var address in fields.Texts("addresses"))
        {
            try
            {
                addresses.Add(NomadAddress.Parse("nomad.addresses", address));
            }
            catch (InputException error)
            {
                fields.Refuse("addresses", error);
            }
        }

        options.Addresses = addresses.Count > 0 ? addresses.ToImmutable() : options.Addresses;
        options.Namespace = fields.Text("namespace") ?? options.Namespace;
        options.Region = fields.Text("region") ?? options.Region;
        options.CaFile = ConfigPath.Full(directory, fields.Text("ca_file")) ?? options.CaFile;
        options.CertificateFile = ConfigPath.Full(directory, fields.Text("cert_file")) ?? options.CertificateFile;
        options.KeyFile = ConfigPath.Full(directory, fields.Text("key_file")) ?? options.KeyFile;
        options.ServerName = fields.Text("tls_server_name") ?? options.ServerName;
        options.Timeout = fields.Duration("call_timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? options.Timeout;
        options.Token = SecretFile.Read(fields, "token_file", "the ACL token", directory) ?? options.Token;
    }

    private static void ReadJobs(TomlFields fields, JobSettings jobs)
    {
        jobs.Server = fields.Text("server") ?? jobs.Server;
        jobs.Task = fields.Choice("task", jobs.Task, Tasks);
        jobs.Unit = fields.Choice("unit", jobs.Unit, Units);
        jobs.Identity = fields.Choice("identity", jobs.Task is JobTask.Ask ? JobIdentity.Token : jobs.Identity, Identities);
        jobs.TokenFile = fields.Text("task_token_file");
        jobs.Datacenters = fields.Has("datacenters") ? [.. fields.Texts("datacenters")] : jobs.Datacenters;
        jobs.NodePool = fields.Text("node_pool");
        jobs.Role = fields.Text("role");
        jobs.Driver = fields.Choice("driver", jobs.Driver, Drivers);
        jobs.Command = fields.Text("command");
        jobs.Artifact = fields.Text("artifact");
        jobs.ArtifactChecksum = fields.Text("artifact_checksum");
        jobs.Image = fields.Text("image");
        jobs.Timeout = fields.Duration("check_timeout", TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)) ?? jobs.Timeout;
        jobs.CpuMegahertz = fields.Number("cpu_mhz", 1, 100_000) ?? jobs.CpuMegahertz;
        jobs.MemoryMegabytes = fields.Number("memory_mb", 10, 1_000_000) ?? jobs.MemoryMegabytes;
        jobs.Priority = fields.Number("priority", 1, 100) ?? jobs.Priority;
    }

    private static void Check(TomlFields fields, JobSettings jobs)
    {
        try
        {
            JobSettingsRules.ThrowIfWrong(jobs, "nomad");
        }
        catch (InputException error)
        {
            foreach (var wrong in error.Errors)
            {
                fields.Refuse(wrong.Field["nomad.".Length..], new InputException([wrong]));
            }
        }
    }
}
