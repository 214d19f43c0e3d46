using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Core;
using Muster.Nomad.Jobs.Wire;
using Muster.Nomad.Wire;

namespace Muster.Nomad.Client;

/// <summary>The calls of Nomad's API that Muster makes. Each throws <see cref="NomadException"/>.</summary>
public sealed class NomadClient : IDisposable
{
    private readonly NomadConnection _connection;

    /// <param name="options">Where.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="InputException">A file is not what it should be.</exception>
    public NomadClient(NomadOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _connection = new(options, timeProvider);
    }

    internal NomadOptions Options { get; }

    /// <summary>Whether there is a leader: its address. Asks for no right.</summary>
    internal Task<string> LeaderAsync(CancellationToken cancellationToken) =>
        GetAsync("asking for the leader", "/v1/status/leader", NomadJson.Default.String, cancellationToken);

    /// <summary>Every job, and every child, whose id begins so; by id.</summary>
    internal async Task<ImmutableArray<JobEntry>> ListJobsAsync(string prefix, CancellationToken cancellationToken) =>
        [.. await GetAsync(
            "listing jobs", "/v1/jobs", NomadJson.Default.JobEntryArray, cancellationToken, $"prefix={Uri.EscapeDataString(prefix)}")];

    /// <summary>One job.</summary>
    internal Task<JobFacts> ReadJobAsync(string id, CancellationToken cancellationToken) =>
        GetAsync($"reading job {id}", JobPath(id), NomadJson.Default.JobFacts, cancellationToken);

    /// <summary>Registers a job, or changes it; the same job again changes nothing.</summary>
    /// <param name="job">Which.</param>
    /// <param name="modifyIndex">The index that it must have now; 0 when it must not be there.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal Task<RegisterAnswer> RegisterAsync(NomadJob job, ulong modifyIndex, CancellationToken cancellationToken) =>
        PutAsync(
            $"registering job {job.Id}", "/v1/jobs", NomadJson.Default.RegisterAnswer, cancellationToken,
            body: Bytes(
                new RegisterRequest { Job = job, EnforceIndex = true, JobModifyIndex = modifyIndex }, NomadJson.Default.RegisterRequest));

    /// <summary>Whether Nomad would take the job, as far as it knows without placing it.</summary>
    internal Task<ValidateAnswer> ValidateAsync(NomadJob job, CancellationToken cancellationToken) =>
        PostAsync($"validating job {job.Id}", "/v1/validate/job", job, NomadJson.Default.ValidateAnswer, cancellationToken);

    /// <summary>What registering the job would do, and whether a client could run it.</summary>
    internal Task<PlanAnswer> PlanAsync(NomadJob job, CancellationToken cancellationToken) =>
        PostAsync($"planning job {job.Id}", $"{JobPath(job.Id)}/plan", job, NomadJson.Default.PlanAnswer, cancellationToken);

    /// <summary>Has the job run now, whatever runs already.</summary>
    internal Task<ForceAnswer> ForceAsync(string id, CancellationToken cancellationToken) =>
        PutAsync($"forcing job {id}", $"{JobPath(id)}/periodic/force", NomadJson.Default.ForceAnswer, cancellationToken, mayRepeat: false);

    /// <summary>Stops a job or a child; one that is not there is no matter. Children of a job go on.</summary>
    /// <param name="id">Which.</param>
    /// <param name="purge">Whether it is forgotten at once.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal Task<DeregisterAnswer> DeregisterAsync(string id, bool purge, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            new($"deregistering job {id}", HttpMethod.Delete, JobPath(id), purge ? "purge=true" : null),
            NomadJson.Default.DeregisterAnswer,
            cancellationToken);

    /// <summary>One evaluation: of which child it is.</summary>
    internal Task<Evaluation> ReadEvaluationAsync(string id, CancellationToken cancellationToken) =>
        GetAsync($"reading evaluation {id}", $"/v1/evaluation/{Uri.EscapeDataString(id)}", NomadJson.Default.Evaluation, cancellationToken);

    /// <summary>The evaluations of a job; none for one that is not there.</summary>
    internal async Task<ImmutableArray<Evaluation>> ListEvaluationsAsync(string job, CancellationToken cancellationToken) =>
        [.. await GetAsync(
            $"listing evaluations of job {job}", $"{JobPath(job)}/evaluations", NomadJson.Default.EvaluationArray, cancellationToken)];

    /// <summary>The runs of a job; none for one that is not there.</summary>
    internal async Task<ImmutableArray<Allocation>> ListAllocationsAsync(string job, CancellationToken cancellationToken) =>
        [.. await GetAsync(
            $"listing allocations of job {job}", $"{JobPath(job)}/allocations", NomadJson.Default.AllocationArray, cancellationToken)];

    /// <summary>The runs that came of an evaluation: the shortest way from a force to its run.</summary>
    internal async Task<ImmutableArray<Allocation>> ListAllocationsOfAsync(string evaluation, CancellationToken cancellationToken) =>
        [.. await GetAsync(
            $"listing allocations of evaluation {evaluation}",
            $"/v1/evaluation/{Uri.EscapeDataString(evaluation)}/allocations",
            NomadJson.Default.AllocationArray,
            cancellationToken)];

    /// <summary>The keys by which identities of tasks are checked. Asks for no right; not found before Nomad 1.7.</summary>
    internal Task<SigningKeySet> ReadSigningKeysAsync(CancellationToken cancellationToken) =>
        GetAsync("reading the keys of identities", "/.well-known/jwks.json", NomadJson.Default.SigningKeySet, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private Task<T> GetAsync<T>(
        string words, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken, string? query = null) =>
        _connection.SendAsync(new(words, HttpMethod.Get, path, query), type, cancellationToken);

    private Task<T> PutAsync<T>(
        string words, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken, byte[]? body = null, bool mayRepeat = true) =>
        _connection.SendAsync(new(words, HttpMethod.Put, path, Query: null, body, mayRepeat), type, cancellationToken);

    private Task<T> PostAsync<T>(string words, string path, NomadJob job, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            new(words, HttpMethod.Post, path, Query: null, Bytes(new JobEnvelope(job), NomadJson.Default.JobEnvelope)),
            type,
            cancellationToken);

    private static byte[] Bytes<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static string JobPath(string id) => $"/v1/job/{Uri.EscapeDataString(id)}";
}
