namespace Muster.Clouds.Ec2;

/// <summary>A target group.</summary>
/// <param name="Arn">Its ARN, by which it is called.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its targets are: <c>instance</c>, <c>ip</c>, <c>lambda</c>, <c>alb</c>.</param>
internal sealed record TargetGroup(string Arn, string Name, string Type);
