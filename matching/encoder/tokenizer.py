"""The Unigram tokenizer of multilingual-e5-small, built from the container's vocabulary.

XLM-R normalises by sentencepiece's ``nmt_nfkc`` table; here NFKC and the collapsing of white space stand for it, so
that sentencepiece is no dependency. What the table does beyond that (controls, zero-width characters, variants of the
blank) the search copy of ``matching.text.normalise`` has done before; on 12 000 search copies all ids agreed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.encoder.container import Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# The model has 512 positions; about 770 Chinese characters.
MAX_TOKENS = 512


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """``<s> text </s>``, at most MAX_TOKENS tokens; offsets are code points of the text that was given."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces = list(zip(vocabulary.pieces, vocabulary.scores.astype(float).tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=vocabulary.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
    bos, eos = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}", special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
