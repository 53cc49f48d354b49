namespace Lateen.Engine.Http;

/// <summary>What HTTP/1.1 makes of an entry of a <see cref="HeaderMap"/>.</summary>
internal enum EntryForm
{
    /// <summary>Nobody has looked yet.</summary>
    Unknown,

    /// <summary>An ordinary header: its line can be written as it lies there.</summary>
    Line,

    /// <summary>The header te, of which one value can be passed on.</summary>
    Te,

    /// <summary>A pseudo-header, what frames the message or belongs to one connection, or what would break a line.</summary>
    Other,
}
