using System.Text.Encodings.Web;
using System.Text.Json;

using Muster.Core;
using Muster.Nomad.Jobs.Wire;
using Muster.Nomad.Wire;

namespace Muster.Nomad.Jobs;

/// <summary>A job as it is registered, for those who want to read it.</summary>
public sealed class JobDocument
{
    private static readonly NomadJson Readable = new(new(NomadJson.Default.Options)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private readonly NomadJob _job;

    private JobDocument(NomadJob job) => _job = job;

    /// <summary>The job's id.</summary>
    public string Id => _job.Id;

    /// <summary>The document of a job that is made now.</summary>
    /// <param name="installation">Whose.</param>
    /// <param name="wanted">Which.</param>
    /// <param name="settings">How.</param>
    /// <param name="region">Nomad's region; null for the agent's own.</param>
    /// <param name="space">Nomad's namespace; null for <c>default</c>.</param>
    public static JobDocument Make(InstallationId installation, WantedJob wanted, JobSettings settings, string? region, string? space) =>
        new(JobBuilder.Build(installation, wanted, JobIds.Make(installation, wanted), settings, region, space));

    /// <summary>As <c>nomad job run -json</c> and the API take it.</summary>
    public string ToJson() => JsonSerializer.Serialize(new JobEnvelope(_job), Readable.JobEnvelope);

    /// <summary>As <c>nomad job run</c> takes it.</summary>
    public string ToHcl() => HclWriter.Write(_job);
}
