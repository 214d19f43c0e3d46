namespace Muster.Core.Forecasting;

/// <summary>What the load is forecast to be in one hour.</summary>
/// <param name="At">An instant in that hour.</param>
/// <param name="Expected">The most that hour will see, as likely more as less.</param>
/// <param name="High">The most that hour will see, nine times of ten.</param>
public readonly record struct ForecastPoint(DateTimeOffset At, double Expected, double High);
