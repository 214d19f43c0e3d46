using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>Places in a warm pool that are given away while a plan is made.</summary>
/// <param name="free">How many.</param>
/// <param name="mayRest">Who may have one.</param>
internal sealed class PoolPlaces(int free, Func<Instance, bool> mayRest)
{
    private int _free = free;

    /// <summary>No place.</summary>
    public static PoolPlaces None => new(0, _ => false);

    /// <summary>Gives an instance a place, if there is one for it.</summary>
    public bool Take(Instance instance)
    {
        if (_free == 0 || !mayRest(instance))
        {
            return false;
        }

        _free--;
        return true;
    }
}
