namespace Muster.Simulators.Kit;

/// <summary>A request that the cloud refuses.</summary>
/// <param name="reply">What it answers, in the form of its wire.</param>
/// <param name="message">The sentence in it.</param>
internal class RefusedException(Reply reply, string message) : Exception(message)
{
    /// <summary>What it answers.</summary>
    public Reply Reply => reply;
}
