using Muster.Clouds.Conformance;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Exec;

/// <summary>The example that people copy keeps the whole contract.</summary>
public sealed class ProcessesConformanceTests : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync() => Task.FromResult<CloudHarness>(new ProcessesHarness());
}
