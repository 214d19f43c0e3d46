namespace Muster.Clouds.Ec2.Wire;

/// <summary>A message of a queue.</summary>
/// <param name="Receipt">By what it is deleted; of this one delivery.</param>
/// <param name="Body">What it says.</param>
internal sealed record QueueMessage(string Receipt, string Body);
