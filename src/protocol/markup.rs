//! A message's text as a tree of inlines that both sides render as nodes, never as HTML.
