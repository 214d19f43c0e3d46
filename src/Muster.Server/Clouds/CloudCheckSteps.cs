using System.Collections.Immutable;
using System.Globalization;

using Muster.Api.Clouds;
using Muster.Core.Clouds;

namespace Muster.Server.Clouds;

/// <summary>What one check of a cloud found, step by step: what an operator would look at, in that order.</summary>
internal sealed class CloudCheckSteps
{
    private readonly List<CloudCheckStepView> _steps = [];

    /// <summary>The steps until now.</summary>
    public IReadOnlyList<CloudCheckStepView> Views => _steps;

    /// <summary>What is wrong at the first bad step; null when none is.</summary>
    public string? FirstBad => _steps.FirstOrDefault(step => !step.Good)?.Message;

    /// <summary>The listing worked: the cloud is there, and lets us look.</summary>
    public void Listed(int instances)
    {
        Add("endpoint", good: true, "answers");
        Add("credentials", good: true, "taken");
        Add("permissions", good: true, string.Create(CultureInfo.InvariantCulture, $"may list; {instances} instances of this account"));
    }

    /// <summary>A call failed.</summary>
    /// <param name="asked">What was asked about after the listing: a step's name; null where the listing itself failed.</param>
    /// <param name="kind">How.</param>
    /// <param name="message">Why.</param>
    public void Failed(string? asked, CloudErrorKind kind, string message)
    {
        if (asked is null)
        {
            // A cloud that refuses, or asks for silence, has answered.
            var answers = kind is not (CloudErrorKind.Unavailable or CloudErrorKind.Ambiguous);
            Add("endpoint", answers, answers ? "answers" : message);
            if (!answers)
            {
                return;
            }
        }

        // Too many calls say nothing of the credential, nor of its rights, nor of what was asked about.
        if (kind is CloudErrorKind.Throttled)
        {
            Add("calls", good: false, $"throttled, try again later: {message}");
        }
        else
        {
            Add(asked ?? (kind is CloudErrorKind.Unauthorized ? "credentials" : "permissions"), good: false, message);
        }
    }

    /// <summary>A listing that broke off: the cloud is there, and lets us look, but not to the end.</summary>
    public void CutShort(string message)
    {
        Add("endpoint", good: true, "answers");
        Add("credentials", good: true, "taken");
        Add("listing", good: false, $"try again: {message}");
    }

    /// <summary>What the cloud says of the connection itself.</summary>
    public void Described(ImmutableArray<CloudStep> steps)
    {
        foreach (var step in steps)
        {
            // A step that the listing has taken already says more, and does not come twice.
            var taken = _steps.FindIndex(view => view.Step == step.Name);
            if (taken < 0)
            {
                Add(step.Name, step.IsGood, step.Message);
            }
            else
            {
                var before = _steps[taken];
                _steps[taken] = before with
                {
                    Good = before.Good && step.IsGood,
                    Message = before.Good && !step.IsGood ? step.Message : $"{before.Message}; {step.Message}",
                };
            }
        }
    }

    /// <summary>What the cloud thinks of the template.</summary>
    public void Checked(TemplateCheck check)
    {
        foreach (var finding in check.Findings)
        {
            Add(finding.Field, finding.IsGood, finding.Message);
        }
    }

    private void Add(string step, bool good, string message) => _steps.Add(new() { Step = step, Good = good, Message = message });
}
