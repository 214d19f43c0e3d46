using Muster.Core.Pulsing;
using Muster.Core.Reconciling;

namespace Muster.Server.Tests.Support;

/// <summary>Hears and says nothing: the tests read the store.</summary>
internal sealed class QuietObserver : IPulseObserver
{
    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    public void OnSwept(SweepReport report)
    {
    }

    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
    }
}
