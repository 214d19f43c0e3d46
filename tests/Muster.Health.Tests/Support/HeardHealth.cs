using Muster.Core;
using Muster.Core.Health;
using Muster.Health.Keeping;

namespace Muster.Health.Tests.Support;

/// <summary>Writes down what an observer hears.</summary>
internal sealed class HeardHealth : IHealthObserver
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public void OnVerdict(string group, InstanceId instance, Verdict verdict, string? why) =>
        Add($"{group} {instance} {verdict}{(why is null ? "" : $": {why}")}");

    public void OnWriteFailed(string group, int findings, Exception error, TimeSpan? retryIn) =>
        Add($"{group}: {findings} not written, {(retryIn is null ? "given up" : "tried again")}: {error.Message}");

    public void OnLookFailed(string what, Exception error) => Add($"cannot look, {what}: {error.Message}");

    public void OnBroken(string what, Exception error) => Add($"broken: {what}: {error.Message}");

    private void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
        }
    }
}
