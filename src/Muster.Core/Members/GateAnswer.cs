namespace Muster.Core.Members;

/// <summary>What is said to a gate. Which of them its own silence means, a hook's owner says.</summary>
public enum GateAnswer
{
    /// <summary>The instance may go on.</summary>
    Continue,

    /// <summary>
    /// What waits is given up: at launch the instance is terminated; at its end it ends at once, whatever else was waited for.
    /// </summary>
    Abandon,

    /// <summary>It takes longer: the deadline moves.</summary>
    Extend,
}
