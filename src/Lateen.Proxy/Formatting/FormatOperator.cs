namespace Lateen.Proxy.Formatting;

/// <summary>One piece of a format: literal text or a command operator such as %DURATION%.</summary>
public abstract class FormatOperator
{
    /// <summary>The value is a JSON number.</summary>
    public virtual bool IsNumber => false;

    /// <summary>Writes the value; writes nothing and returns false when there is none, which is shown as "-" or null.</summary>
    public abstract bool TryWrite(FormatBuffer buffer, in FormatInput input);
}
