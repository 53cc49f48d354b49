namespace Lateen.Proxy.Formatting;

using System.Text;

/// <summary>%START_TIME% as 2026-01-31T10:20:30.456Z, or in a format of strftime's with Envoy's %f, %1f to %9f (UTC).</summary>
internal sealed class StartTimeOperator : FormatOperator
{
    private const string Default = "%Y-%m-%dT%H:%M:%S.%3fZ";
    private const int SecondFractionDigits = 9;

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    private readonly Part[] _parts;
    private readonly bool _atEnd;

    /// <param name="format">Empty is the default.</param>
    /// <param name="atEnd">The end of the stream instead of its start (%EMIT_TIME%).</param>
    /// <exception cref="FormatException">A letter is not supported.</exception>
    public StartTimeOperator(string format = "", bool atEnd = false)
    {
        _atEnd = atEnd;
        var parts = new List<Part>();
        Parse(format.Length == 0 ? Default : format, parts);
        _parts = [.. parts];
    }

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        long micros = input.Info.StartUnixMicros;
        if (_atEnd && input.Info.EndMicros >= 0)
        {
            micros += input.Info.EndMicros - input.Info.StartMicros;
        }

        DateTime time = DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
        foreach (Part part in _parts)
        {
            Write(buffer, part, time, micros);
        }

        return true;
    }

    private static void Parse(string format, List<Part> parts)
    {
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                parts.Add(new Part('=', 0, Encoding.UTF8.GetBytes(format[i].ToString())));
                continue;
            }

            int digits = 0;
            char letter = format[++i];
            if (letter is >= '1' and <= '9' && i + 1 < format.Length && format[i + 1] == 'f')
            {
                digits = letter - '0';
                letter = format[++i];
            }

            switch (letter)
            {
                case 'T': Parse("%H:%M:%S", parts); break;
                case 'F': Parse("%Y-%m-%d", parts); break;
                case 'D': Parse("%m/%d/%y", parts); break;
                case '%': parts.Add(new Part('=', 0, "%"u8.ToArray())); break;
                case 'f': parts.Add(new Part('f', digits == 0 ? SecondFractionDigits : digits, [])); break;
                case 'Y' or 'y' or 'm' or 'd' or 'e' or 'H' or 'I' or 'M' or 'S' or 'p' or 's' or 'j' or 'a' or 'b' or 'z' or 'Z':
                    parts.Add(new Part(letter, 0, []));
                    break;
                default:
                    throw new FormatException($"START_TIME({format}): %{letter} is not supported");
            }
        }
    }

    private static void Write(FormatBuffer buffer, Part part, DateTime time, long micros)
    {
        switch (part.Letter)
        {
            case '=': buffer.Append(part.Text); break;
            case 'Y': buffer.AppendPadded(time.Year, 4); break;
            case 'y': buffer.AppendPadded(time.Year % 100, 2); break;
            case 'm': buffer.AppendPadded(time.Month, 2); break;
            case 'd': buffer.AppendPadded(time.Day, 2); break;
            case 'H': buffer.AppendPadded(time.Hour, 2); break;
            case 'I': buffer.AppendPadded(((time.Hour + 11) % 12) + 1, 2); break;
            case 'M': buffer.AppendPadded(time.Minute, 2); break;
            case 'S': buffer.AppendPadded(time.Second, 2); break;
            case 'p': buffer.Append(time.Hour < 12 ? "AM"u8 : "PM"u8); break;
            case 's': buffer.Append(micros / 1_000_000); break;
            case 'j': buffer.AppendPadded(time.DayOfYear, 3); break;
            case 'a': buffer.Append(Days[(int)time.DayOfWeek]); break;
            case 'b': buffer.Append(Months[time.Month - 1]); break;
            case 'z': buffer.Append("+0000"u8); break;
            case 'Z': buffer.Append("UTC"u8); break;
            case 'e':
                buffer.Append(time.Day < 10 ? " "u8 : ""u8);
                buffer.Append(time.Day);
                break;
            default:
                AppendFraction(buffer, micros % 1_000_000, part.Digits);
                break;
        }
    }

    private static void AppendFraction(FormatBuffer buffer, long micros, int digits)
    {
        long value = micros * 1000;
        for (int i = digits; i < SecondFractionDigits; i++)
        {
            value /= 10;
        }

        buffer.AppendPadded(value, digits);
    }

    private readonly record struct Part(char Letter, int Digits, byte[] Text);
}
