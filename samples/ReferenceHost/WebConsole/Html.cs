using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Pulse.ReferenceHost.WebConsole;

/// <summary>Markup that is safe to send. The only way to make one encodes every interpolated value that is not markup itself.</summary>
internal readonly record struct Html(string Markup)
{
    public static readonly Html Empty = new(string.Empty);

    public static Html Of(Handler handler) => new(handler.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));

    public override string ToString() => Markup;

    [InterpolatedStringHandler]
    internal readonly struct Handler
    {
        private readonly StringBuilder _markup;

        public Handler(int literalLength, int formattedCount)
        {
            _ = formattedCount;
            _markup = new StringBuilder(literalLength * 2);
        }

        public void AppendLiteral(string literal) => _markup.Append(literal);

        public void AppendFormatted(Html html) => _markup.Append(html.Markup);

        public void AppendFormatted(string? text) => _markup.Append(HtmlEncoder.Default.Encode(text ?? string.Empty));

        public void AppendFormatted(long number) => _markup.Append(number);

        public override string ToString() => _markup.ToString();
    }
}
