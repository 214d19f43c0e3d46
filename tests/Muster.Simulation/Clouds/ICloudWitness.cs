using Muster.Core.Instances;

namespace Muster.Simulation.Clouds;

/// <summary>Sees what really happens in a simulated cloud, at the moment it happens. Called with the cloud's lock held.</summary>
public interface ICloudWitness
{
    /// <summary>An instance was made by a launch.</summary>
    void Made(SimulatedInstance instance);

    /// <summary>An instance appeared that no launch made.</summary>
    void Placed(SimulatedInstance instance);

    /// <summary>A termination took effect on an instance that was not on its way out yet.</summary>
    /// <param name="instance">Which.</param>
    /// <param name="before">What it was until then.</param>
    void Terminated(SimulatedInstance instance, InstanceState before);

    /// <summary>An order to start took effect on an instance that did not run.</summary>
    void Started(SimulatedInstance instance)
    {
    }

    /// <summary>An order to stop took effect on an instance that did not rest, nor was on its way there.</summary>
    void Stopped(SimulatedInstance instance)
    {
    }
}
