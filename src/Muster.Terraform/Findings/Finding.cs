namespace Muster.Terraform.Findings;

/// <summary>Something to tell the user.</summary>
/// <param name="IsError">An error stops what was asked for; else it is a warning.</param>
/// <param name="Summary">What is wrong, in a line.</param>
/// <param name="Detail">The rest: what was given, what is allowed, what to do.</param>
/// <param name="Path">The attribute that it is about, of which Terraform shows the user's own line; null for none.</param>
internal sealed record Finding(bool IsError, string Summary, string Detail, AttributePath? Path = null);
