using Muster.Core;
using Muster.Traffic.Keeping;

namespace Muster.Traffic.Tests.Support;

/// <summary>Writes down what an observer hears.</summary>
internal sealed class HeardTraffic : ITrafficObserver
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

    public void OnJoined(string group, string source, InstanceId instance) => Add($"{group} {source} joined {instance}");

    public void OnEmpty(string group, string source, InstanceId instance) => Add($"{group} {source} empty {instance}");

    public void OnLeft(string group, string source, string entry) => Add($"{group} {source} left {entry}");

    public void OnAlarm(string group, string source, string why) => Add($"{group} {source} alarm: {why}");

    public void OnAlarmOver(string group, string source) => Add($"{group} {source} alarm over");

    public void OnStoreFailed(string group, Exception error) => Add($"{group} store: {error.Message}");

    public void OnBroken(string what, Exception error) => Add($"broken: {what}: {error}");

    private void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
        }
    }
}
