namespace Lateen.Lateend;

/// <summary>This program's version, as /version and `pilot-discovery version` print it.</summary>
internal static class LateendVersion
{
    public static string Text { get; } = typeof(LateendVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
