using Muster.Core;

namespace Muster.Triton.Facade;

/// <summary>Lets one request at a time change a group. Groups share a fixed number of doors, which is far more than cores.</summary>
internal sealed class TsgTurns
{
    private const int Doors = 64;

    private readonly SemaphoreSlim[] _doors = [.. Enumerable.Range(0, Doors).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IDisposable> EnterAsync(GroupId group, CancellationToken cancellationToken)
    {
        var door = _doors[(uint)group.GetHashCode() % Doors];
        await door.WaitAsync(cancellationToken);
        return new Turn(door);
    }

    private sealed class Turn(SemaphoreSlim door) : IDisposable
    {
        public void Dispose() => door.Release();
    }
}
